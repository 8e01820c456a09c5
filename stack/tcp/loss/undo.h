// A retransmission that was not needed: the windows go back to where they were.
//
//   Eifel (RFC 3522): the acknowledgment echoes the timestamp of the original, not of the retransmission
//   D-SACK (RFC 3708): the peer reports every retransmission as a duplicate
//   F-RTO (RFC 5682):  after a timeout, a segment is acknowledged that was not sent again
#pragma once

#include "stack/context.h"
#include "stack/tcp/loss/scoreboard.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Before a reduction: what an undo would go back to.
void remember_for_undo(Tcb& tcb, Context& cx);

// One more retransmission that a D-SACK would have to name.
void note_retransmission(Tcb& tcb, Context& cx);

// True: the reduction was a mistake and has been taken back. Recovery is over.
bool try_undo(Tcb& tcb, const Delivered& delivered, const Segment& seg, Context& cx);

}  // namespace tcpstack::tcp
