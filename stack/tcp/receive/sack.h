// The SACK blocks that we send, RFC 2018 section 4.
#pragma once

#include <cstdint>

#include "stack/tcp/tcb.h"
#include "stack/wire/tcp_options.h"

namespace tcpstack::tcp {

// Does the segment carry text? Then the blocks leave room for it.
enum class Beside : std::uint8_t { nothing, text };

// A duplicate first (RFC 2883 section 4). Then the blocks beyond a hole in the received text: the one that the
// latest segment went into, those reported before it (RFC 2018 section 4), and others while there is room beside
// the timestamps and the text.
wire::SackBlocks sack_blocks(const Tcb& tcb, Beside beside);

// Text or a FIN beyond a hole has been held: its block is the first to report.
void remember_out_of_order(OutOfOrder& out_of_order, Seq begin);

// RFC 2883: a segment repeats received text. The first block of an acknowledgment reports it, the next one the next
// duplicate.
void report_duplicate(Tcb& tcb, const Segment& seg);

}  // namespace tcpstack::tcp
