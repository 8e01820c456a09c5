// The Internet Protocol header, RFC 791 section 3.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>

#include "stack/base/bytes.h"
#include "stack/trace/drop.h"
#include "stack/wire/address.h"

namespace tcpstack::wire {

inline constexpr std::size_t kIpv4HeaderSize = 20;  // without options

enum class Protocol : std::uint8_t { icmp = 1, tcp = 6, udp = 17 };

// The two ECN bits of the traffic class (RFC 3168 section 5).
enum class Ecn : std::uint8_t { not_ect = 0, ect1 = 1, ect0 = 2, ce = 3 };

struct Ipv4Header {
  std::uint8_t dscp = 0;
  Ecn ecn = Ecn::not_ect;
  std::uint16_t identification = 0;
  bool dont_fragment = false;
  bool more_fragments = false;
  std::uint16_t fragment_offset = 0;  // in bytes, a multiple of 8
  std::uint8_t ttl = 64;
  std::uint8_t protocol = 0;  // a Protocol, or an unknown one
  Address source;
  Address destination;

  [[nodiscard]] bool is_fragment() const { return more_fragments || fragment_offset != 0; }
};

struct Ipv4Packet {
  Ipv4Header header;
  Bytes options;  // the header's option bytes; nobody reads them
  Bytes payload;
  Bytes whole;  // header, options and payload, without link padding; an ICMP error quotes it
};

// Checks version, header length, total length and, if `verify_checksum`, the header checksum. Bytes
// after the total length are link padding and ignored.
// Errors: ip_truncated, ip_not_version_4, ip_header_length, ip_total_length, ip_checksum.
std::expected<Ipv4Packet, Drop> parse_ipv4(Bytes packet, bool verify_checksum = true);

// A datagram in an ICMP error, cut off anywhere behind its header. A router may quote it with a changed TTL and
// checksum (RFC 1812 section 4.3.2.3), so nobody verifies the checksum.
struct QuotedIpv4 {
  Ipv4Header header;
  std::uint16_t total_length = 0;  // of the original datagram
  Bytes payload;                   // the quoted part of its payload
};

// Errors: ip_truncated, ip_not_version_4, ip_header_length, ip_total_length.
std::expected<QuotedIpv4, Drop> parse_quoted_ipv4(Bytes quote);

// Writes the 20 bytes of `header` for `payload_size` bytes that follow, checksum included.
// Requires out.size() >= kIpv4HeaderSize and a total of at most 65,535 bytes.
void write_ipv4(const Ipv4Header& header, std::size_t payload_size, MutableBytes out);

}  // namespace tcpstack::wire
