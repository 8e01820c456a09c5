#include "stack/ip/transmit.h"

#include "stack/wire/ipv4.h"

namespace tcpstack::ip {

void build_tcp(TxPacket& packet, const wire::TcpHeader& header, Address source, Address destination,
               Context& cx) {
  const MutableBytes tcp_header = MutableBytes(packet.headers).subspan(wire::kIpv4HeaderSize);
  const std::size_t tcp_header_size = wire::write_tcp(header, tcp_header);
  wire::finish_tcp_checksum(tcp_header.first(tcp_header_size), packet.text, source, destination);
  packet.headers_size = wire::kIpv4HeaderSize + tcp_header_size;

  // MUST-49: the TTL. MAY-4: no identification, nor in a retransmission.
  const wire::Ipv4Header ip{.dont_fragment = true,
                            .ttl = cx.config.ip.ttl,
                            .protocol = static_cast<std::uint8_t>(wire::Protocol::tcp),
                            .source = source,
                            .destination = destination};
  wire::write_ipv4(ip, tcp_header_size + total_size(packet.text), packet.headers);
}

}  // namespace tcpstack::ip
