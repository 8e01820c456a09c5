#include "stack/validate.h"

#include "stack/ip/single_host.h"
#include "stack/tcp/congestion/congestion.h"
#include "stack/wire/ipv4.h"

namespace tcpstack {

namespace {

// RFC 791 section 3.1: "Every internet module must be able to forward a datagram of 68 octets without further
// fragmentation."
constexpr std::uint16_t kLeastMtu = 68;

bool is_sane(const BufferSizes& sizes) {
  return sizes.initial > 0 && sizes.initial <= sizes.largest;
}

std::string_view validate(const IpConfig& ip) {
  if (ip.prefix > 32) return "ip.prefix: more than the 32 bits of an address";
  if (!ip::is_single_host(ip.address, ip)) return "ip.address: not an address that a host can have";
  if (ip.mtu < kLeastMtu) return "ip.mtu: less than 68 bytes (RFC 791 3.1)";
  if (ip.ttl == 0) return "ip.ttl: 0 lets no packet leave this host (RFC 1122 3.2.1.7)";
  if (ip.path_mtu_min < kLeastMtu) return "ip.path_mtu_min: less than 68 bytes (RFC 791 3.1)";
  return {};
}

std::string_view validate(const TcpConfig& tcp) {
  if (tcp.congestion == nullptr || tcp::find_congestion_algorithm(tcp.congestion) == nullptr)
    return "tcp.congestion: no algorithm has this name";
  if (!is_sane(tcp.receive_buffer) || !is_sane(tcp.send_buffer))
    return "tcp.receive_buffer, tcp.send_buffer: initial is 0, or more than largest";
  if (tcp.rto_min <= Duration::zero() || tcp.rto_min > tcp.rto_max || tcp.rto_initial > tcp.rto_max)
    return "tcp.rto_min, tcp.rto_initial, tcp.rto_max: 0, or more than rto_max";
  if (tcp.initial_window == 0) return "tcp.initial_window: 0 segments";
  if (tcp.max_connections == 0) return "tcp.max_connections: 0";
  return {};
}

}  // namespace

std::string_view validate(const Config& config) {
  if (const std::string_view wrong = validate(config.ip); !wrong.empty()) return wrong;
  return validate(config.tcp);
}

}  // namespace tcpstack
