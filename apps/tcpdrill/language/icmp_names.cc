#include "apps/tcpdrill/language/icmp_names.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace tcpstack::drill {
namespace {

// RFC 792, RFC 950, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1
constexpr std::uint8_t kUnreachable = 3;
constexpr std::uint8_t kTimeExceeded = 11;

struct TypeName {
  std::string_view name;
  std::uint8_t type;
};
constexpr std::array kTypes = {
    TypeName{"echo_reply", 0},          TypeName{"unreachable", kUnreachable},
    TypeName{"source_quench", 4},       TypeName{"redirect", 5},
    TypeName{"echo_request", 8},        TypeName{"time_exceeded", kTimeExceeded},
    TypeName{"parameter_problem", 12},  TypeName{"timestamp_request", 13},
    TypeName{"timestamp_reply", 14},    TypeName{"information_request", 15},
    TypeName{"information_reply", 16},  TypeName{"address_mask_request", 17},
    TypeName{"address_mask_reply", 18},
};

struct CodeName {
  std::string_view name;
  std::uint8_t type;
  std::uint8_t code;
};
constexpr std::array kCodes = {
    CodeName{"net_unreachable", kUnreachable, 0},
    CodeName{"host_unreachable", kUnreachable, 1},
    CodeName{"protocol_unreachable", kUnreachable, 2},
    CodeName{"port_unreachable", kUnreachable, 3},
    CodeName{"frag_needed", kUnreachable, 4},
    CodeName{"source_route_failed", kUnreachable, 5},
    CodeName{"net_unknown", kUnreachable, 6},
    CodeName{"host_unknown", kUnreachable, 7},
    CodeName{"source_host_isolated", kUnreachable, 8},
    CodeName{"net_prohibited", kUnreachable, 9},
    CodeName{"host_prohibited", kUnreachable, 10},
    CodeName{"net_unreachable_for_tos", kUnreachable, 11},
    CodeName{"host_unreachable_for_tos", kUnreachable, 12},
    CodeName{"packet_filtered", kUnreachable, 13},
    CodeName{"precedence_violation", kUnreachable, 14},
    CodeName{"precedence_cutoff", kUnreachable, 15},
    CodeName{"ttl_exceeded", kTimeExceeded, 0},
    CodeName{"fragment_reassembly_time_exceeded", kTimeExceeded, 1},
};

// "type_3" -> 3
std::optional<std::uint8_t> numbered(std::string_view prefix, std::string_view name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  std::uint8_t number = 0;
  const char* const end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data(), end, number);
  return error == std::errc{} && stopped == end ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<std::uint8_t> icmp_type(std::string_view name) {
  const auto* const found = std::ranges::find(kTypes, name, &TypeName::name);
  return found != kTypes.end() ? found->type : numbered("type_", name);
}

std::optional<std::uint8_t> icmp_code(std::uint8_t type, std::string_view name) {
  const auto is_this = [&](const CodeName& code) { return code.type == type && code.name == name; };
  const auto* const found = std::ranges::find_if(kCodes, is_this);
  return found != kCodes.end() ? found->code : numbered("code_", name);
}

std::string icmp_type_name(std::uint8_t type) {
  const auto* const found = std::ranges::find(kTypes, type, &TypeName::type);
  return found != kTypes.end() ? std::string(found->name) : fmt::format("type_{}", type);
}

std::string icmp_code_name(std::uint8_t type, std::uint8_t code) {
  const auto is_this = [&](const CodeName& known) {
    return known.type == type && known.code == code;
  };
  const auto* const found = std::ranges::find_if(kCodes, is_this);
  return found != kCodes.end() ? std::string(found->name) : fmt::format("code_{}", code);
}

std::string icmp_codes_of(std::uint8_t type) {
  std::string names;
  for (const CodeName& code : kCodes) {
    if (code.type != type) continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", code.name);
  }
  return names;
}

}  // namespace tcpstack::drill
