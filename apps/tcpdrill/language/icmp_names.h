// ICMP's types and codes by packetdrill's names: "unreachable", "frag_needed".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tcpstack::drill {

// "unreachable" -> 3, "type_3" -> 3. Nothing for an unknown name.
std::optional<std::uint8_t> icmp_type(std::string_view name);
// "frag_needed" of type 3 -> 4, "code_4" -> 4. Nothing for an unknown name.
std::optional<std::uint8_t> icmp_code(std::uint8_t type, std::string_view name);

// 3 -> "unreachable", 200 -> "type_200".
std::string icmp_type_name(std::uint8_t type);
// 4 of type 3 -> "frag_needed", 77 -> "code_77".
std::string icmp_code_name(std::uint8_t type, std::uint8_t code);
// "net_unreachable, host_unreachable, ...", for a message; empty if the type has no named codes.
std::string icmp_codes_of(std::uint8_t type);

}  // namespace tcpstack::drill
