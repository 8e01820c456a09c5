// Builds the segment that next_segment() has decided on: header, options, text as views of the send queue. Read next:
// departure.h, what is written down of it.
#pragma once

#include "stack/context.h"
#include "stack/packet.h"
#include "stack/tcp/send/output.h"
#include "stack/tcp/send/replies.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The bytes that options take in a segment with text and without SYN.
std::size_t options_size(const Tcb& tcb);

// The header of `next`. What a SYN, ACK says is decided here, whether a connection sends it or a cookie.
wire::TcpHeader header_of(Tcb& tcb, const NextSegment& next, const Context& cx);

// The text of the result points into tcb.send_queue.
TxPacket emit(Tcb& tcb, const NextSegment& next, Context& cx);

TxPacket emit(const Reply& reply, Context& cx);

}  // namespace tcpstack::tcp
