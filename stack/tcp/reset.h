// Reset generation, RFC 9293 section 3.5.2.
#pragma once

#include "stack/context.h"
#include "stack/tcp/agreed/replies.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Answers a segment that belongs to no connection, or acknowledges what was never sent:
//   ACK off:  <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>
//   ACK on:   <SEQ=SEG.ACK><CTL=RST>
// Requires that `seg` is no RST: a reset is never answered with one.
void owe_reset(const Segment& seg, Why why, Context& cx);

// Tells the peer that a connection is aborted: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=RST,ACK>. Linux sends
// the ACK bit along, the RFC's <SEQ=SND.NXT><CTL=RST> is the same to every receiver.
void owe_reset(const Tcb& tcb, Why why, Context& cx);

}  // namespace tcpstack::tcp
