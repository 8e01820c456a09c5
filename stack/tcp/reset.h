// Reset generation, RFC 9293 section 3.5.2.
#pragma once

#include "stack/context.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/send/replies.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Answers a segment without a connection, or one that acknowledges unsent text:
//   ACK off:  <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>
//   ACK on:   <SEQ=SEG.ACK><CTL=RST>
// Requires: `seg` is not a RST. A reset is never answered with one.
void owe_reset(const Segment& seg, Why why, Context& cx);

// Answers a segment that ends its connection: <SEQ=SEG.ACK><CTL=RST>, with a timestamp if both sides use them.
// Requires: `seg` has an ACK, and is not a RST.
void owe_reset(const Tcb& tcb, const Segment& seg, Why why, Context& cx);

// Informs the peer of an aborted connection: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=RST,ACK>, where SND.NXT stays within the
// peer's window (send/acceptable_seq.h). The ACK bit is Linux's; the RFC's <SEQ=SND.NXT><CTL=RST> means the same to
// every receiver.
void owe_reset(const Tcb& tcb, Why why, Context& cx);

}  // namespace tcpstack::tcp
