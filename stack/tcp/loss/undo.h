// A needless retransmission: the windows return to their values before it.
//
//   Eifel (RFC 3522): the acknowledgment echoes the timestamp of the original, not of the retransmission
//   D-SACK (RFC 3708): the peer reports every retransmission as a duplicate
//   F-RTO (RFC 5682):  after a timeout, a segment is acknowledged that was not sent again
#pragma once

#include "stack/context.h"
#include "stack/tcp/loss/scoreboard.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Before a reduction: records the state for an undo.
void remember_for_undo(Tcb& tcb, Context& cx);

// Counts a retransmission, which a D-SACK would have to report.
void note_retransmission(Tcb& tcb, Context& cx);

// Returns true if the reduction was a mistake and has been undone. Recovery is over.
bool try_undo(Tcb& tcb, const Delivered& delivered, const Segment& seg, Context& cx);

}  // namespace tcpstack::tcp
