// Super-segments: a device with segmentation offload takes one header with the text of many segments.
//
// The device cuts it into segments of one MSS each, with the header of the whole (packet.h). Only new text leaves
// so; lost text is repeated segment by segment. In tcb.sent a super-segment is one record. It is cut where an
// acknowledgment or a SACK block ends inside it (sent.h), and here, where loss recovery needs one segment.
#pragma once

#include "stack/context.h"
#include "stack/tcp/send/output.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Extends a full-sized segment of new text by as many waiting segments as both windows allow and as fit into one IP
// packet. Without offload it does nothing.
void grow_to_super_segment(Tcb& tcb, NextSegment& next, const Context& cx);

// The first and the last full-sized segment in flight as a record of its own. Requires that one is in flight.
Sent& first_segment(Tcb& tcb);
Sent& last_segment(Tcb& tcb);

}  // namespace tcpstack::tcp
