// The kernel's tcp_info by the names that `%{ assert tcpi_... }%` uses.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tcpstack::drill {

// A field of the structure's bytes. `name` without "tcpi_": "snd_mss". Nothing if there is no such field, or if the
// structure, from an older kernel, ends before it.
std::optional<std::int64_t> tcp_info_field(std::span<const std::uint8_t> info,
                                           std::string_view name);

// getsockopt(fd, SOL_TCP, TCP_INFO). Nothing also if `fd` is no TCP socket.
std::optional<std::int64_t> kernel_tcp_info(int fd, std::string_view field);

}  // namespace tcpstack::drill
