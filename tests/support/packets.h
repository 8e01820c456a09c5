// Packets as bytes, for tests that talk to a Stack below TCP: whole datagrams with all checksums.
#pragma once

#include <cstdint>
#include <vector>

#include "stack/packet.h"
#include "stack/wire/address.h"
#include "stack/wire/icmp.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace tcpstack::test {

using Packet = std::vector<std::uint8_t>;

inline constexpr Address kHere{0x0a000002};   // the stack
inline constexpr Address kThere{0x0a000001};  // its peer

// The bytes 0, 1, 2 to 250, and again from 0.
Packet counting(std::size_t size);

// An IPv4 datagram, or fragment.
Packet ip_packet(const wire::Ipv4Header& header, Bytes payload);

// Each from kThere to kHere.
Packet icmp_packet(const wire::IcmpMessage& message);
Packet udp_packet(std::uint16_t source_port, std::uint16_t destination_port, Bytes data);
Packet tcp_packet(wire::TcpHeader header, std::uint16_t source_port, std::uint16_t destination_port,
                  Bytes text);
// An ICMP error, from kThere, that quotes `about`.
Packet icmp_error(wire::IcmpType type, std::uint8_t code, std::uint32_t rest, Bytes about);
Packet unreachable(wire::Unreachable code, Bytes about);
Packet fragmentation_needed(std::uint16_t next_hop_mtu, Bytes about);

// `packet` in fragments of at most `mtu` bytes.
std::vector<Packet> fragments(const Packet& packet, std::size_t mtu, std::uint16_t identification);

// Headers and text in one piece, in the form that a device without offload sends.
Packet flat(const TxPacket& packet);

}  // namespace tcpstack::test
