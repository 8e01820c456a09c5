#include "apps/tcpdrill/kernel/tcp_info.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace tcpstack::drill {
namespace {

// The structure of linux/tcp.h, which a file cannot include beside netinet/tcp.h, whose structure ends early: the
// fields in their order. Each lies at a multiple of its size.
struct Field {
  std::string_view name;
  std::size_t size;
};
constexpr std::array kLayout = {
    Field{"state", 1},         Field{"ca_state", 1},
    Field{"retransmits", 1},   Field{"probes", 1},
    Field{"backoff", 1},       Field{"options", 1},
    Field{"wscales", 1},       Field{"limits", 1},
    Field{"rto", 4},           Field{"ato", 4},
    Field{"snd_mss", 4},       Field{"rcv_mss", 4},
    Field{"unacked", 4},       Field{"sacked", 4},
    Field{"lost", 4},          Field{"retrans", 4},
    Field{"fackets", 4},       Field{"last_data_sent", 4},
    Field{"last_ack_sent", 4}, Field{"last_data_recv", 4},
    Field{"last_ack_recv", 4}, Field{"pmtu", 4},
    Field{"rcv_ssthresh", 4},  Field{"rtt", 4},
    Field{"rttvar", 4},        Field{"snd_ssthresh", 4},
    Field{"snd_cwnd", 4},      Field{"advmss", 4},
    Field{"reordering", 4},    Field{"rcv_rtt", 4},
    Field{"rcv_space", 4},     Field{"total_retrans", 4},
    Field{"pacing_rate", 8},   Field{"max_pacing_rate", 8},
    Field{"bytes_acked", 8},   Field{"bytes_received", 8},
    Field{"segs_out", 4},      Field{"segs_in", 4},
    Field{"notsent_bytes", 4}, Field{"min_rtt", 4},
    Field{"data_segs_in", 4},  Field{"data_segs_out", 4},
    Field{"delivery_rate", 8}, Field{"busy_time", 8},
    Field{"rwnd_limited", 8},  Field{"sndbuf_limited", 8},
    Field{"delivered", 4},     Field{"delivered_ce", 4},
    Field{"bytes_sent", 8},    Field{"bytes_retrans", 8},
    Field{"dsack_dups", 4},    Field{"reord_seen", 4},
    Field{"rcv_ooopack", 4},   Field{"snd_wnd", 4},
    Field{"rcv_wnd", 4},
};

// Fields of less than a byte.
struct Bits {
  std::string_view name;
  std::string_view of;
  unsigned shift;
  unsigned mask;
};
constexpr std::array kBits = {
    Bits{"snd_wscale", "wscales", 0, 15},
    Bits{"rcv_wscale", "wscales", 4, 15},
    Bits{"delivery_rate_app_limited", "limits", 0, 1},
};

// The field's value; nothing if the structure has no such field or ends before it.
std::optional<std::uint64_t> read_field(std::span<const std::uint8_t> info, std::string_view name) {
  std::size_t offset = 0;
  for (const Field& field : kLayout) {
    if (field.name == name && offset + field.size <= info.size()) {
      std::uint64_t value = 0;
      std::memcpy(&value, info.data() + offset, field.size);  // of a little-endian machine
      return value;
    }
    offset += field.size;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> tcp_info_field(std::span<const std::uint8_t> info,
                                           std::string_view name) {
  const auto* const bits = std::ranges::find(kBits, name, &Bits::name);
  const auto value = read_field(info, bits == kBits.end() ? name : bits->of);
  if (!value) return std::nullopt;
  if (bits == kBits.end()) return static_cast<std::int64_t>(*value);
  return static_cast<std::int64_t>(*value >> bits->shift & bits->mask);
}

std::optional<std::int64_t> kernel_tcp_info(int fd, std::string_view field) {
  std::array<std::uint8_t, 512> info{};
  socklen_t size = info.size();
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, info.data(), &size) != 0) return std::nullopt;
  return tcp_info_field(std::span(info).first(size), field);
}

}  // namespace tcpstack::drill
