// Buffers that grow with use. Neither RFC nor protocol asks for it: a window must hold what is in flight in one
// round-trip time, and nobody knows that in advance.
#pragma once

#include "stack/context.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// How much more the user may queue.
std::size_t room_to_send(const Tcb& tcb);

// The text that has been queued and not yet been sent, in bytes.
std::uint32_t not_sent(const Tcb& tcb);

// cwnd has grown: the user may queue twice as much, up to config.tcp.send_buffer.largest.
void grow_send_buffer(Tcb& tcb, Context& cx);

// The user has read `size` bytes. Dynamic right-sizing (Fisk and Feng, 2001): the receive buffer holds twice what
// the user reads in a round-trip time, up to config.tcp.receive_buffer.largest.
void user_has_read(Tcb& tcb, std::size_t size, Context& cx);

}  // namespace tcpstack::tcp
