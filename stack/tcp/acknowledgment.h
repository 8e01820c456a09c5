// The effect of SEG.ACK on the send side: the second half of the fifth check, shared with SYN-SENT.
#pragma once

#include "stack/context.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// "If SND.UNA < SEG.ACK =< SND.NXT, then set SND.UNA <- SEG.ACK. Any segments on the retransmission queue that are
// thereby entirely acknowledged are removed." Measures the round-trip time, restarts the retransmission timer,
// informs the user of room in the send buffer, and calls loss recovery. Requires: SND.UNA =< SEG.ACK =< SND.NXT.
void accept_ack(Tcb& tcb, const Segment& seg, Context& cx);

// An ACK older than SND.UNA: reads only its SACK blocks.
void accept_old_ack(Tcb& tcb, const Segment& seg, Context& cx);

// "If SND.UNA =< SEG.ACK =< SND.NXT, the send window should be updated", unless the segment is older
// than the one that updated it last (SND.WL1, SND.WL2). Invariant: SND.WL2 == SND.UNA when the fifth check is over, so
// that SND.UNA + SND.WND is a right edge that the peer has said.
void update_send_window(Tcb& tcb, const Segment& seg, Context& cx);

}  // namespace tcpstack::tcp
