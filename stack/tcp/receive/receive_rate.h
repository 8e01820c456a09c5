// How fast the user reads, so that the receive buffer can hold what it reads in two round-trip times, and no more:
// receive-window auto-tuning. No RFC has it; dynamic right-sizing (Fisk and Feng, 2001), Linux: tcp_rcv_space_adjust.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stack/context.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Bytes in the best round-trip time so far; at first what the initial window lets a round trip bring.
std::uint32_t receive_space(const Tcb& tcb);

// Text has arrived: the receiver learns the round-trip time from what it echoes (RFC 7323), or from how long the
// peer takes to fill a window.
void text_shows_round_trip(Tcb& tcb, const Segment& seg, Context& cx);

// The user has taken `size` bytes: the buffer grows to twice what it takes per round-trip time, unless the user has
// chosen its size.
void user_has_read(Tcb& tcb, std::size_t size, Context& cx);

}  // namespace tcpstack::tcp
