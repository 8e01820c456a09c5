// The send buffer, which grows with use. No RFC asks for it. It has to hold the text in flight in one round-trip
// time, which nobody knows in advance. receive_rate.h has the growth of the receive buffer.
#pragma once

#include "stack/context.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The number of bytes that the user may still queue.
std::size_t room_to_send(const Tcb& tcb);

// cwnd has grown: the user may queue twice as much, up to config.tcp.send_buffer.largest.
void grow_send_buffer(Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
