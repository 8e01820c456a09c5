// The send buffer, which grows with use. No RFC asks for it: it must hold what is in flight in one round-trip time,
// and nobody knows that in advance. The receive buffer's growth: receive_rate.h.
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

}  // namespace tcpstack::tcp
