// The TCP header, RFC 9293 section 3.1 (Figure 1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>

#include "stack/base/bytes.h"
#include "stack/trace/drop.h"
#include "stack/wire/address.h"
#include "stack/wire/tcp_options.h"

namespace tcpstack::wire {

inline constexpr std::size_t kTcpHeaderSize = 20;  // without options
inline constexpr std::size_t kMaxTcpHeaderSize = kTcpHeaderSize + kMaxTcpOptionsSize;

// The control bits, in the header's order from the right. To their left are RFC 9293's four reserved bits: sent as
// zero and ignored. tshark shows the last of them as a ninth flag, AE.
struct ControlBits {
  bool fin = false, syn = false, rst = false, psh = false, ack = false, urg = false, ece = false,
       cwr = false;

  [[nodiscard]] std::uint8_t to_byte() const;
  static ControlBits from_byte(std::uint8_t byte);
  friend bool operator==(const ControlBits&, const ControlBits&) = default;
};

struct TcpHeader {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  ControlBits control;
  std::uint16_t window = 0;  // as on the wire, not scaled
  std::uint16_t urgent_pointer = 0;
  TcpOptions options;
};

struct TcpPacket {
  TcpHeader header;
  Bytes options;  // the bytes on the wire; header.options has their values
  bool malformed_options = false;
  Bytes text;
};

// Errors: tcp_truncated, tcp_data_offset, tcp_checksum, tcp_port_zero.
std::expected<TcpPacket, Drop> parse_tcp(Bytes payload, Address source, Address destination,
                                         bool verify_checksum = true);

// Writes header and options; the checksum field stays zero. Returns the bytes written.
// Requires out.size() >= kMaxTcpHeaderSize.
std::size_t write_tcp(const TcpHeader& header, MutableBytes out);

// Fills the checksum field of a header written by write_tcp() (MUST-2), over pseudo-header, header and text. With
// `partial` it covers only the pseudo-header, for a device that completes it.
void finish_tcp_checksum(MutableBytes header, const Spans& text, Address source,
                         Address destination, bool partial = false);

}  // namespace tcpstack::wire
