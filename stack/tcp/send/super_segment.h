// Super-segments: a device with segmentation offload takes one header with the text of many segments.
//
// The device cuts it into segments of one MSS each, with the header of the whole (packet.h). Only new text goes
// out so; what is lost is repeated segment by segment. In flight a super-segment is one record, which is cut
// where an acknowledgment or a SACK block falls into it, and where loss recovery means one segment (flight.h).
#pragma once

#include "stack/context.h"
#include "stack/tcp/send/output.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Extends a full-sized segment of new text by as many waiting segments as both windows allow and as fit into one IP
// packet. Without offload it does nothing.
void grow_to_super_segment(Tcb& tcb, NextSegment& next, const Context& cx);

}  // namespace tcpstack::tcp
