#include "stack/validate.h"

#include "stack/ip/single_host.h"
#include "stack/tcp/connection_options.h"
#include "stack/wire/ipv4.h"

namespace tcpstack {

namespace {

// RFC 791 section 3.1: "Every internet module must be able to forward a datagram of 68 octets without further
// fragmentation."
constexpr std::uint16_t kLeastMtu = 68;

// RFC 9293 section 3.8.6.3 (MUST-40): "the delay MUST be less than 0.5 seconds".
constexpr Duration kMostDelay = std::chrono::milliseconds(500);

// A quarter of the sequence space: numbers in the queue stay comparable (RFC 9293 section 3.4), and no window is larger
// (RFC 7323 section 2.3).
constexpr std::uint32_t kMostText = 1U << 30;
constexpr std::uint32_t kMostReceiveBuffer = 2 * kMostText;  // half of it is window

bool is_sane(const BufferSizes& sizes, std::uint32_t most) {
  return sizes.initial > 1 && sizes.initial <= sizes.largest && sizes.largest <= most;
}

std::string_view validate(const IpConfig& ip) {
  if (ip.prefix > 32) return "ip.prefix: more than the 32 bits of an address";
  if (!ip::is_single_host(ip.address, ip)) return "ip.address: not an address that a host can have";
  if (ip.mtu < kLeastMtu) return "ip.mtu: less than 68 bytes (RFC 791 3.1)";
  if (ip.ttl == 0) return "ip.ttl: 0 lets no packet leave this host (RFC 1122 3.2.1.7)";
  if (ip.path_mtu_min < kLeastMtu) return "ip.path_mtu_min: less than 68 bytes (RFC 791 3.1)";
  if (ip.path_mtu_entries == 0) return "ip.path_mtu_entries: 0";
  if (ip.path_mtu_lifetime <= Duration::zero()) return "ip.path_mtu_lifetime: no time";
  if (ip.reassembly_datagrams == 0) return "ip.reassembly_datagrams: 0";
  if (ip.reassembly_timeout <= Duration::zero()) return "ip.reassembly_timeout: no time";
  return {};
}

std::string_view validate_timers(const TcpConfig& tcp) {
  if (tcp.rto_min <= Duration::zero() || tcp.rto_min > tcp.rto_max)
    return "tcp.rto_min: no time, or more than rto_max";
  if (tcp.rto_initial <= Duration::zero() || tcp.rto_initial > tcp.rto_max)
    return "tcp.rto_initial: no time, or more than rto_max";
  if (tcp.msl <= Duration::zero()) return "tcp.msl: no time";
  if (tcp.fin_wait_2_timeout <= Duration::zero()) return "tcp.fin_wait_2_timeout: no time";
  if (tcp.delayed_ack < Duration::zero() || tcp.delayed_ack >= kMostDelay)
    return "tcp.delayed_ack: less than nothing, or not less than 500 ms (RFC 9293 3.8.6.3)";
  if (tcp.challenge_ack_interval < Duration::zero())
    return "tcp.challenge_ack_interval: less than nothing";
  return {};
}

std::string_view validate(const TcpConfig& tcp) {
  if (!is_sane(tcp.receive_buffer, kMostReceiveBuffer))
    return "tcp.receive_buffer: initial is less than 2 or more than largest, or largest more than "
           "2^31";
  if (!is_sane(tcp.send_buffer, kMostText))
    return "tcp.send_buffer: initial is less than 2 or more than largest, or largest more than "
           "2^30";
  if (tcp.initial_window == 0) return "tcp.initial_window: 0 segments";
  if (tcp.pacing_slow_start == 0 || tcp.pacing_avoidance == 0)
    return "tcp.pacing_slow_start, tcp.pacing_avoidance: 0 percent lets nothing leave";
  if (tcp.max_connections == 0) return "tcp.max_connections: 0";
  if (tcp.default_backlog == 0) return "tcp.default_backlog: 0";
  // The rest is what a user may set on each connection, and has the same limits.
  tcp::ConnectionOptions options = tcp::default_options(tcp);
  options.keepalive = true;  // some user may switch it on
  if (const std::string_view wrong = tcp::validate(options); !wrong.empty()) return wrong;
  return validate_timers(tcp);
}

}  // namespace

std::string_view validate(const Config& config) {
  if (const std::string_view wrong = validate(config.ip); !wrong.empty()) return wrong;
  return validate(config.tcp);
}

}  // namespace tcpstack
