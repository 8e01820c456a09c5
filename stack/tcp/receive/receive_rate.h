// How fast the user reads, so that the receive buffer holds what the user reads in two round-trip times.
// Linux: no RFC tunes the receive window. We do it by dynamic right-sizing (Fisk and Feng, 2001), as Linux does
// (`tcp_rcv_space_adjust`). You can see it: the window in a capture grows while the user reads quickly.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stack/context.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Bytes in the best round-trip time so far; at first the bytes of one in the initial window.
std::uint32_t receive_space(const Tcb& tcb);

// Text has arrived: the receiver learns the round-trip time from the echo (RFC 7323), or from the time in which the
// peer fills a window.
void text_shows_round_trip(Tcb& tcb, const Segment& seg, Context& cx);

// The user has taken `size` bytes: the buffer grows to twice the bytes of a round-trip time, unless the user has
// chosen its size.
void user_has_read(Tcb& tcb, std::size_t size, Context& cx);

}  // namespace tcpstack::tcp
