// Records: text whose SEND said "end of record" shares no segment with text that was sent after it; with text before it
// it may.
//
// Linux: MSG_EOR. TCP itself has no records, and PSH marks none (RFC 9293 section 3.9.1.2): the peer cannot see their
// ends for certain. What a sender gains is that nothing later is joined to the segment whose
// acknowledgment, or whose time of departure, it is interested in. Only what waits to be sent needs looking after: a
// retransmission repeats a segment, or a part of it.
#pragma once

#include <cstdint>

#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// All text that is queued by now ends a record.
void end_record(Tcb& tcb);

// How many of the bytes that wait to be sent belong to the record that begins at SND.NXT: all, when its end has not
// been said.
std::uint32_t waiting_in_record(Tcb& tcb);

// Does a record end at `seq`, which is not before SND.NXT?
bool is_end_of_record(const Tcb& tcb, Seq seq);

}  // namespace tcpstack::tcp
