// The send buffer, which grows with use. No RFC asks for it. It has to hold the text in flight in one round-trip
// time, which nobody knows in advance. receive_rate.h has the growth of the receive buffer.
#pragma once

#include "stack/context.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The number of bytes that the user may queue now.
// Linux: RFC 9293 section 3.10.2 leaves the size of the queue to us. The limits are looked at before each new
// super-segment, which is then filled, as in Linux (`tcp_sendmsg_locked`, `sk_stream_memory_free`). You can see it:
// after SO_SNDBUF 4000 one write of 9,000 bytes is taken in full.
std::size_t room_to_send(const Tcb& tcb, const TcpConfig& config);

// May a user who waits for room go on?
// Linux: RFC 9293 leaves it to us when a blocked SEND may continue. A third of the buffer must be free, and less than
// half of the low-water mark wait to be sent, as in Linux (`sk_stream_write_space`, `tcp_stream_memory_free`). You can
// see it: a blocked writer continues in large steps.
bool has_room(const Tcb& tcb);

// Wakes a user who has been refused, if there is room again: after an acknowledgment, a grown buffer, a new option.
void tell_user_of_room(Tcb& tcb);

// cwnd has grown: the user may queue twice as much, up to config.tcp.send_buffer.largest.
void grow_send_buffer(Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
