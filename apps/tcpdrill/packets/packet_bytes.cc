#include "apps/tcpdrill/packets/packet_bytes.h"

#include <fmt/format.h>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/packets/option_bytes.h"
#include "stack/wire/icmp.h"
#include "stack/wire/tcp.h"
#include "stack/wire/udp.h"

namespace tcpstack::drill {
namespace {

constexpr std::uint8_t kPeerTtl = 255;
constexpr std::size_t kDataOffset = 12;  // of the TCP header's length, in bytes

// An IP packet around `payload`.
Buffer ip_packet(const IpSpec& spec, Ends ends, wire::Protocol protocol, const Buffer& payload) {
  wire::Ipv4Header header{.ttl = spec.ttl.value_or(kPeerTtl),
                          .protocol = static_cast<std::uint8_t>(protocol),
                          .source = ends.source,
                          .destination = ends.destination};
  if (spec.tos) {
    header.dscp = static_cast<std::uint8_t>(*spec.tos >> 2);
    header.ecn = static_cast<wire::Ecn>(*spec.tos & 3);
  }
  if (spec.ecn) header.ecn = *spec.ecn;
  if (spec.any_ect) header.ecn = wire::Ecn::ect0;
  Buffer bytes(wire::kIpv4HeaderSize);
  wire::write_ipv4(header, payload.size(), bytes);
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

IpSpec read_ip(const wire::Ipv4Header& header) {
  IpSpec ip;
  ip.ecn = header.ecn;
  ip.tos = static_cast<std::uint8_t>(header.dscp << 2 | static_cast<std::uint8_t>(header.ecn));
  ip.ttl = header.ttl;
  return ip;
}

[[noreturn]] void malformed(const char* layer, Drop drop) {
  throw Mismatch(fmt::format("a malformed {} packet was sent: {}", layer, explain(drop)));
}

TcpSpec read_tcp(const wire::TcpPacket& packet) {
  const wire::TcpHeader& header = packet.header;
  TcpSpec tcp;
  tcp.ports = {header.source_port, header.destination_port};
  tcp.control = header.control;
  tcp.sequence = header.sequence;
  tcp.length = static_cast<std::uint32_t>(packet.text.size());
  tcp.acknowledgment = header.acknowledgment;
  tcp.window = header.window;
  tcp.urgent_pointer = header.urgent_pointer;
  tcp.options = read_options(packet.options);
  return tcp;
}

// The UDP header, all that an ICMP error quotes of a datagram.
std::optional<UdpSpec> read_quoted_udp(Bytes quoted) {
  if (quoted.size() < wire::kIpv4HeaderSize) return std::nullopt;
  const std::size_t header = std::size_t{quoted[0] & 15U} * 4;
  const bool is_udp = quoted[9] == static_cast<std::uint8_t>(wire::Protocol::udp);
  if (!is_udp || quoted.size() < header + wire::kUdpHeaderSize) return std::nullopt;
  const std::uint8_t* const udp = &quoted[header];
  return UdpSpec{.ports = {{load_be16(udp), load_be16(udp + 2)}},
                 .length = static_cast<std::uint16_t>(load_be16(udp + 4) - wire::kUdpHeaderSize)};
}

IcmpSpec read_icmp(const wire::IcmpMessage& message) {
  IcmpSpec icmp;
  icmp.type = message.type;
  icmp.code = message.code;
  const bool is_echo = message.type == 0 || message.type == 8;
  if (is_echo) icmp.id = message.identifier();
  if (message.type == 3 && message.code == 4) icmp.mtu = message.next_hop_mtu();
  if (!is_echo) icmp.quoted_udp = read_quoted_udp(message.body);
  return icmp;
}

}  // namespace

Buffer pattern(std::uint64_t position, std::size_t length) {
  Buffer text(length);
  for (std::size_t i = 0; i < length; ++i) text[i] = pattern_byte(position + i);
  return text;
}

Buffer tcp_bytes(const TcpSpec& tcp, const IpSpec& ip, Ends ends, std::uint64_t position) {
  wire::TcpHeader header;
  header.source_port = tcp.ports->first;
  header.destination_port = tcp.ports->second;
  header.sequence = tcp.sequence;
  header.acknowledgment = tcp.acknowledgment.value_or(0);
  header.control = tcp.control;
  header.window = tcp.window.value_or(0);
  header.urgent_pointer = tcp.urgent_pointer;
  Buffer segment(wire::kMaxTcpHeaderSize);
  segment.resize(wire::write_tcp(header, segment));
  const Buffer options = option_bytes(tcp.options);
  segment.insert(segment.end(), options.begin(), options.end());
  segment[kDataOffset] = static_cast<std::uint8_t>(segment.size() / 4 << 4);
  const Buffer text = pattern(position, tcp.length);
  wire::finish_tcp_checksum(segment, {Bytes(text)}, ends.source, ends.destination);
  segment.insert(segment.end(), text.begin(), text.end());
  return ip_packet(ip, ends, wire::Protocol::tcp, segment);
}

Buffer udp_bytes(const UdpSpec& udp, const IpSpec& ip, Ends ends, std::uint16_t source_port,
                 std::uint16_t destination_port) {
  const Buffer data = pattern(1, udp.length);
  Buffer datagram(wire::kUdpHeaderSize);
  wire::write_udp({source_port, destination_port, data}, ends.source, ends.destination, datagram);
  datagram.insert(datagram.end(), data.begin(), data.end());
  return ip_packet(ip, ends, wire::Protocol::udp, datagram);
}

Buffer icmp_bytes(const IcmpSpec& icmp, const IpSpec& ip, Ends ends, Bytes quoted) {
  const std::uint32_t rest = icmp.mtu != 0 ? icmp.mtu : std::uint32_t{icmp.id} << 16;
  Buffer message(wire::kIcmpHeaderSize);
  wire::write_icmp({icmp.type, icmp.code, rest, quoted}, message);
  message.insert(message.end(), quoted.begin(), quoted.end());
  return ip_packet(ip, ends, wire::Protocol::icmp, message);
}

Sent read_packet(Bytes bytes) {
  const auto ip = wire::parse_ipv4(bytes);
  if (!ip) malformed("IP", ip.error());
  const Ends ends{ip->header.source, ip->header.destination};
  Sent sent{.packet = {.inbound = false, .ip = read_ip(ip->header), .content = {}},
            .ends = ends,
            .text = {}};
  if (ip->header.is_fragment()) throw Unsupported("fragments");
  switch (static_cast<wire::Protocol>(ip->header.protocol)) {
    case wire::Protocol::tcp: {
      const auto tcp = wire::parse_tcp(ip->payload, ends.source, ends.destination);
      if (!tcp) malformed("TCP", tcp.error());
      sent.packet.content = read_tcp(*tcp);
      sent.text.assign(tcp->text.begin(), tcp->text.end());
      return sent;
    }
    case wire::Protocol::udp: {
      const auto udp = wire::parse_udp(ip->payload, ends.source, ends.destination);
      if (!udp) malformed("UDP", udp.error());
      sent.packet.content = UdpSpec{.ports = {{udp->source_port, udp->destination_port}},
                                    .length = static_cast<std::uint16_t>(udp->data.size())};
      sent.text.assign(udp->data.begin(), udp->data.end());
      return sent;
    }
    case wire::Protocol::icmp: {
      const auto icmp = wire::parse_icmp(ip->payload);
      if (!icmp) malformed("ICMP", icmp.error());
      sent.packet.content = read_icmp(*icmp);
      return sent;
    }
  }
  throw Mismatch(fmt::format("a packet of protocol {} was sent", ip->header.protocol));
}

}  // namespace tcpstack::drill
