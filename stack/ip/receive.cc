#include "stack/ip/receive.h"

namespace tcpstack::ip {

// MUST-63: TCP ignores a SYN from an address that names no single host. None of our protocols answers such an
// address.
bool is_answerable(Address source) {
  return !source.is_unspecified() && !source.is_broadcast() && !source.is_multicast() &&
         !source.is_loopback();
}

std::expected<wire::Ipv4Packet, Drop> receive(const RxPacket& packet, const Context& cx) {
  auto parsed = wire::parse_ipv4(packet.bytes);
  if (!parsed) return parsed;
  const wire::Ipv4Header& header = parsed->header;
  const Address ours = cx.config.ip.address;
  if (header.ttl == 0) return std::unexpected(Drop::ip_ttl_zero);
  // MUST-57: nor for a broadcast or multicast address.
  if (header.destination != ours) return std::unexpected(Drop::ip_not_for_us);
  if (header.source == ours) return std::unexpected(Drop::ip_source_is_ours);
  if (!is_answerable(header.source)) return std::unexpected(Drop::ip_source_invalid);
  return parsed;
}

}  // namespace tcpstack::ip
