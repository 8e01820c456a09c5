// Super-segments: what a device with segmentation offload takes at once, one header with the text of many segments.
//
// The device cuts it into segments of one MSS each, with the header of the whole (packet.h). Only new text goes
// out so; what is lost is repeated segment by segment. In tcb.sent a super-segment is one record, which is cut
// where an acknowledgment or a SACK block falls into it (sent.h), and here, where loss recovery means one segment.
#pragma once

#include "stack/context.h"
#include "stack/tcp/send/output.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Lets a full-sized segment of new text carry as many more as wait, as both windows take, and as fit into one IP
// packet. Nothing without offload.
void grow_to_super_segment(Tcb& tcb, NextSegment& next, const Context& cx);

// The first and the last full-sized segment in flight as a record of its own. Require that something is.
Sent& first_segment(Tcb& tcb);
Sent& last_segment(Tcb& tcb);

}  // namespace tcpstack::tcp
