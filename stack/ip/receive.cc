#include "stack/ip/receive.h"

#include "stack/ip/single_host.h"
#include "stack/wire/ipv4_options.h"

namespace tcpstack::ip {

std::expected<wire::Ipv4Packet, Drop> receive(const RxPacket& packet, const Context& cx) {
  auto parsed = wire::parse_ipv4(packet.bytes);
  if (!parsed) return parsed;
  const wire::Ipv4Header& header = parsed->header;
  const Address ours = cx.config.ip.address;
  // RFC 1122 section 3.2.1.7: "A host MUST NOT discard a datagram just because it was received with TTL less than 2."
  // So nobody looks at the TTL.

  // MUST-57: nor for a broadcast or multicast address.
  if (header.destination != ours) return std::unexpected(Drop::ip_not_for_us);
  if (header.source == ours) return std::unexpected(Drop::ip_source_is_ours);
  // MUST-63: TCP ignores a SYN from an address that names no single host. None of our protocols answers such an address.
  if (!is_single_host(header.source, cx.config.ip)) return std::unexpected(Drop::ip_source_invalid);
  if (parsed->options.empty()) return parsed;
  const auto route = wire::source_route_of(parsed->options);
  if (!route) return std::unexpected(route.error());
  // Departs: RFC 1122 section 3.2.1.8 (c) lets a host be a hop of a source route. We forward nothing. You can see it: such a
  // packet is dropped as `ip_source_route`.
  if (*route == wire::SourceRoute::continues) return std::unexpected(Drop::ip_source_route);
  return parsed;
}

}  // namespace tcpstack::ip
