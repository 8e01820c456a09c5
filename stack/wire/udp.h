// The UDP header, RFC 768.
#pragma once

#include <cstdint>
#include <expected>

#include "stack/base/bytes.h"
#include "stack/trace/drop.h"
#include "stack/wire/address.h"

namespace tcpstack::wire {

inline constexpr std::size_t kUdpHeaderSize = 8;

struct UdpDatagram {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  Bytes data;
};

// A checksum of zero means that the sender made none. Errors: udp_truncated, udp_length,
// udp_checksum, udp_port_zero (destination port 0).
std::expected<UdpDatagram, Drop> parse_udp(Bytes payload, Address source, Address destination,
                                           bool verify_checksum = true);

// Writes the eight header bytes, checksum included (never 0 on the wire).
// Requires out.size() >= kUdpHeaderSize; the data follows elsewhere.
void write_udp(const UdpDatagram& datagram, Address source, Address destination, MutableBytes out);

}  // namespace tcpstack::wire
