// Loss recovery: fast retransmit and fast recovery (RFC 5681 section 3.2, RFC 6675,
// NewReno RFC 6582), the timeout (RFC 5681 section 3.1), and what follows when it was all a mistake (RFC 4015).
//
// A conductor. It leads the leaves that know one thing each: rack.h and duplicate_acks.h what is lost, prr.h how cwnd
// comes down, undo.h whether a reduction was a mistake. The window itself: cwnd.h. Begin with recover().
#pragma once

#include "stack/context.h"
#include "stack/tcp/loss/ack_news.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// What follows from an acknowledgment, in a synchronized state. Requires that credit() and SND.UNA have taken it.
void recover(Tcb& tcb, const AckNews& news, Context& cx);

// The reordering alarm: what RACK has waited for has not arrived.
void reordering_timeout(Tcb& tcb, Context& cx);

// The retransmission timer has expired: RFC 5681 section 3.1, RFC 8985 section 6.3.
void enter_loss(Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
