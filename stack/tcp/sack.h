// The SACK blocks that we send, RFC 2018 section 4.
#pragma once

#include "stack/tcp/tcb.h"
#include "stack/wire/tcp_options.h"

namespace tcpstack::tcp {

// What lies beyond a hole in the received text: the block that the latest segment went into first, then
// the others, as many as fit beside the timestamps.
wire::SackBlocks sack_blocks(const Tcb& tcb);

}  // namespace tcpstack::tcp
