// See packets.h.
#include "tests/support/packets.h"

#include <algorithm>
#include <array>

#include "stack/wire/udp.h"

namespace tcpstack::test {
namespace {

wire::Ipv4Header header_to_here(wire::Protocol protocol) {
  return {.protocol = static_cast<std::uint8_t>(protocol), .source = kThere, .destination = kHere};
}

void append(Packet& packet, Bytes bytes) {
  packet.insert(packet.end(), bytes.begin(), bytes.end());
}

}  // namespace

Packet counting(std::size_t size) {
  Packet bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i % 251);
  return bytes;
}

Packet ip_packet(const wire::Ipv4Header& header, Bytes payload) {
  Packet packet(wire::kIpv4HeaderSize);
  wire::write_ipv4(header, payload.size(), packet);
  append(packet, payload);
  return packet;
}

Packet icmp_packet(const wire::IcmpMessage& message) {
  Packet payload(wire::kIcmpHeaderSize);
  wire::write_icmp(message, payload);
  append(payload, message.body);
  return ip_packet(header_to_here(wire::Protocol::icmp), payload);
}

Packet udp_packet(std::uint16_t source_port, std::uint16_t destination_port, Bytes data) {
  Packet payload(wire::kUdpHeaderSize);
  wire::write_udp({source_port, destination_port, data}, kThere, kHere, payload);
  append(payload, data);
  return ip_packet(header_to_here(wire::Protocol::udp), payload);
}

Packet tcp_packet(wire::TcpHeader header, std::uint16_t source_port, std::uint16_t destination_port,
                  Bytes text) {
  header.source_port = source_port;
  header.destination_port = destination_port;
  std::array<std::uint8_t, wire::kMaxTcpHeaderSize> space{};
  const MutableBytes bytes = MutableBytes(space).first(wire::write_tcp(header, space));
  Spans spans;
  spans.push_back(text);
  wire::finish_tcp_checksum(bytes, spans, kThere, kHere);
  Packet payload(bytes.begin(), bytes.end());
  append(payload, text);
  return ip_packet(header_to_here(wire::Protocol::tcp), payload);
}

Packet icmp_error(wire::IcmpType type, std::uint8_t code, std::uint32_t rest, Bytes about) {
  return icmp_packet(
      {.type = static_cast<std::uint8_t>(type), .code = code, .rest = rest, .body = about});
}

Packet unreachable(wire::Unreachable code, Bytes about) {
  return icmp_error(wire::IcmpType::destination_unreachable, static_cast<std::uint8_t>(code), 0,
                    about.first(std::min<std::size_t>(about.size(), 28)));
}

Packet fragmentation_needed(std::uint16_t next_hop_mtu, Bytes about) {
  return icmp_error(wire::IcmpType::destination_unreachable,
                    static_cast<std::uint8_t>(wire::Unreachable::fragmentation_needed),
                    next_hop_mtu, about.first(std::min<std::size_t>(about.size(), 28)));
}

std::vector<Packet> fragments(const Packet& packet, std::size_t mtu, std::uint16_t identification) {
  const auto whole = wire::parse_ipv4(packet).value();
  const std::size_t room = (mtu - wire::kIpv4HeaderSize) / 8 * 8;
  std::vector<Packet> result;
  for (std::size_t at = 0; at < whole.payload.size(); at += room) {
    const Bytes piece = whole.payload.subspan(at, std::min(room, whole.payload.size() - at));
    wire::Ipv4Header header = whole.header;
    header.identification = identification;
    header.fragment_offset = static_cast<std::uint16_t>(at);
    header.more_fragments = at + piece.size() < whole.payload.size();
    result.push_back(ip_packet(header, piece));
  }
  return result;
}

Packet flat(const TxPacket& packet) {
  const Bytes headers = packet.header_bytes();
  Packet bytes(headers.begin(), headers.end());
  for (const Bytes& span : packet.text) append(bytes, span);
  return bytes;
}

}  // namespace tcpstack::test
