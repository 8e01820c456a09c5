// The one notation for a segment, packetdrill's and tcpdump's, both ways:
//
//   S 0:0(0) win 64240 <mss 1460,sackOK,TS val 10 ecr 0,nop,wscale 7>
//   P. 1:1001(1000) ack 1 win 257
//   control bits, first:last + 1(length), then the fields that the segment has
//
// Logs, tests, scripts, documents and failures all use it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "stack/wire/tcp.h"

namespace tcpstack::wire {

// The bases of relative numbers, which the text of a segment does not carry. The sender's initial sequence number
// is subtracted from SEG.SEQ, the receiver's from SEG.ACK and SACK blocks.
struct RelativeTo {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
};

// `length` is the number of text bytes. Options are shown as write_tcp_options() lays them out, its
// NOPs included, as packetdrill and tcpdump show them: <nop,nop,TS val 10 ecr 20>.
std::string to_notation(const TcpHeader& header, std::size_t length, RelativeTo base = {});

// The same with the options in their sender's layout, of a segment that parse_tcp() accepted. An unknown option is
// "unknown-30 0102".
std::string to_notation(const TcpHeader& header, Bytes options, std::size_t length,
                        RelativeTo base = {});

struct NotedSegment {
  TcpHeader header;  // ports 0
  std::size_t length = 0;
};

// A fault in the text: at byte `offset`, `expected` should have been.
struct NotationError {
  std::size_t offset = 0;
  std::string expected;  // "a control bit, one of SFRP.UEW"
};

// The inverse, for tests. "ack", "win", "urg" and the options may be missing; they are then absent or 0 as on the
// wire. Control bits and options may come in any order; "-" is a segment without control bits. Numbers wrap around
// as sequence numbers do.
std::expected<NotedSegment, NotationError> from_notation(std::string_view text,
                                                         RelativeTo base = {});

}  // namespace tcpstack::wire
