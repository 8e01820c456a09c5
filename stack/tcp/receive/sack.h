// The SACK blocks that we send, RFC 2018 section 4.
#pragma once

#include "stack/tcp/tcb.h"
#include "stack/wire/tcp_options.h"

namespace tcpstack::tcp {

// A duplicate first (RFC 2883 section 4), then what lies beyond a hole in the received text: the block that
// the latest segment went into, then those that were reported before it (RFC 2018 section 4), and the others,
// as many as fit beside the timestamps.
wire::SackBlocks sack_blocks(const Tcb& tcb);

// A segment beyond a hole has been held: its block is to be reported first.
void remember_out_of_order(OutOfOrder& out_of_order, Seq begin);

// RFC 2883: text that is here already has come again; the next acknowledgment says so in its first block.
void report_duplicate(Tcb& tcb, const Segment& seg);

}  // namespace tcpstack::tcp
