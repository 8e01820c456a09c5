// Packets between the two ends of a story.
#include "tests/tcp/peer.h"

#include <array>

#include "stack/wire/ipv4.h"

namespace tcpstack::test {

std::vector<std::uint8_t> make_packet(wire::TcpHeader header, Bytes text, const Endpoint& source,
                                      const Endpoint& destination) {
  header.source_port = source.port;
  header.destination_port = destination.port;
  std::array<std::uint8_t, wire::kMaxTcpHeaderSize> tcp{};
  const MutableBytes tcp_header = MutableBytes(tcp).first(wire::write_tcp(header, tcp));
  Spans spans;
  spans.push_back(text);
  wire::finish_tcp_checksum(tcp_header, spans, source.address, destination.address);

  std::vector<std::uint8_t> packet(wire::kIpv4HeaderSize);
  wire::write_ipv4({.protocol = static_cast<std::uint8_t>(wire::Protocol::tcp),
                    .source = source.address,
                    .destination = destination.address},
                   tcp_header.size() + text.size(), packet);
  packet.insert(packet.end(), tcp_header.begin(), tcp_header.end());
  packet.insert(packet.end(), text.begin(), text.end());
  return packet;
}

std::vector<std::uint8_t> whole(const TxPacket& packet) {
  const Bytes headers = packet.header_bytes();
  std::vector<std::uint8_t> bytes(headers.begin(), headers.end());
  for (const Bytes& span : packet.text) bytes.insert(bytes.end(), span.begin(), span.end());
  return bytes;
}

}  // namespace tcpstack::test
