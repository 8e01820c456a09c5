// Packets between the script's tree and the bytes on the wire, through stack/wire. All numbers here are live;
// flow.h maps them.
#pragma once

#include <cstdint>
#include <vector>

#include "apps/tcpdrill/language/script.h"
#include "stack/base/bytes.h"
#include "stack/wire/address.h"

namespace tcpstack::drill {

using Buffer = std::vector<std::uint8_t>;

// The byte at `position` of a stream, counted from 1 like sequence numbers. Both ends send this pattern, so that
// the runner can check all text.
constexpr std::uint8_t pattern_byte(std::uint64_t position) {
  return static_cast<std::uint8_t>(position * 7 + (position >> 8));
}
// `length` bytes of the pattern from `position` on.
Buffer pattern(std::uint64_t position, std::size_t length);

struct Ends {
  Address source;
  Address destination;
};

// `position`: the place of the segment's text in its stream.
Buffer tcp_bytes(const TcpSpec& tcp, const IpSpec& ip, Ends ends, std::uint64_t position);
Buffer udp_bytes(const UdpSpec& udp, const IpSpec& ip, Ends ends, std::uint16_t source_port,
                 std::uint16_t destination_port);
// `quoted`: the packet that the message quotes; empty for an echo.
Buffer icmp_bytes(const IcmpSpec& icmp, const IpSpec& ip, Ends ends, Bytes quoted);

// A packet that the stack has sent.
struct Sent {
  Packet packet;  // TCP: with live numbers
  Ends ends;
  Buffer text;
};

// Throws Mismatch if a checksum, a length or an option is wrong.
Sent read_packet(Bytes bytes);

}  // namespace tcpstack::drill
