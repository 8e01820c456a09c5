// What the sender writes down of a segment that leaves: its record in flight, the figures, pacing, loss recovery and the
// timers. emit() builds the segment, and calls this.
#pragma once

#include "stack/context.h"
#include "stack/tcp/send/output.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// `control`: the control bits that it leaves with.
void segment_leaves(Tcb& tcb, const NextSegment& next, const wire::ControlBits& control,
                    Context& cx);

}  // namespace tcpstack::tcp
