// UDP datagrams between bytes and host-order values, RFC 768: two ports, a length that includes the header, and a
// checksum that may be absent. stack/udp decides which socket receives a datagram.
#include "stack/wire/udp.h"

#include <cassert>

#include "stack/wire/checksum.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::wire {
namespace {

// Over the pseudo-header, the UDP header and the data.
std::uint16_t udp_checksum(Bytes header, Bytes data, Address source, Address destination) {
  Checksum checksum;
  checksum.add_pseudo_header(source, destination, static_cast<std::uint8_t>(Protocol::udp),
                             static_cast<std::uint16_t>(header.size() + data.size()));
  checksum.add(header);
  checksum.add(data);
  return checksum.value();
}

}  // namespace

std::expected<UdpDatagram, Drop> parse_udp(Bytes payload, Address source, Address destination,
                                           bool verify_checksum) {
  if (payload.size() < kUdpHeaderSize) return std::unexpected(Drop::udp_truncated);
  const std::size_t length = load_be16(&payload[4]);
  if (length < kUdpHeaderSize || length > payload.size()) {
    return std::unexpected(Drop::udp_length);
  }
  const Bytes header = payload.first(kUdpHeaderSize);
  const Bytes data = payload.subspan(kUdpHeaderSize, length - kUdpHeaderSize);
  const bool has_checksum = load_be16(&payload[6]) != 0;
  if (verify_checksum && has_checksum && udp_checksum(header, data, source, destination) != 0) {
    return std::unexpected(Drop::udp_checksum);
  }
  const std::uint16_t destination_port = load_be16(&payload[2]);
  if (destination_port == 0) return std::unexpected(Drop::udp_port_zero);
  return UdpDatagram{
      .source_port = load_be16(&payload[0]),
      .destination_port = destination_port,
      .data = data,
  };
}

void write_udp(const UdpDatagram& datagram, Address source, Address destination, MutableBytes out) {
  assert(out.size() >= kUdpHeaderSize);
  assert(datagram.data.size() <= 0xffff - kUdpHeaderSize);
  std::uint8_t* p = out.data();
  store_be16(p, datagram.source_port);
  store_be16(p + 2, datagram.destination_port);
  store_be16(p + 4, static_cast<std::uint16_t>(kUdpHeaderSize + datagram.data.size()));
  store_be16(p + 6, 0);
  const std::uint16_t checksum =
      udp_checksum(out.first(kUdpHeaderSize), datagram.data, source, destination);
  // Zero on the wire means "no checksum". All ones is the other zero of one's complement arithmetic.
  store_be16(p + 6, checksum == 0 ? 0xffff : checksum);
}

}  // namespace tcpstack::wire
