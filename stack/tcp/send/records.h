// Records: text whose SEND said "end of record" shares no segment with later text. It may share one with earlier text.
//
// Linux: TCP has no records, and PSH marks none (RFC 9293 section 3.9.1.2). SEND can end a record, as in Linux
// (`MSG_EOR`). You can see it: later text is not joined to the segment whose acknowledgment or departure the sender
// wants to observe. Only unsent text needs care: a retransmission repeats a segment, or a part of it.
#pragma once

#include <cstdint>

#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// All text that is queued so far ends a record.
void end_record(Tcb& tcb);

// The number of unsent bytes in the record that begins at SND.NXT: all of them if its end has not been set.
std::uint32_t waiting_in_record(Tcb& tcb);

// Does a record end at `seq`, which is not before SND.NXT?
bool is_end_of_record(const Tcb& tcb, Seq seq);

}  // namespace tcpstack::tcp
