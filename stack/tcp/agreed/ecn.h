// Explicit Congestion Notification, RFC 3168 (SHLD-8): routers mark packets (CE) where they would drop them, the
// receiver echoes the mark (ECE) until the sender has reduced its window and says so (CWR).
#pragma once

#include "stack/context.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/send/output.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Section 6.1.1: takes what the peer's SYN or SYN, ACK says. A SYN with ECE and CWR is acceptable whether or not we
// want ECN.
void take_ecn_of_syn(Tcb& tcb, const Segment& seg, const TcpConfig& config);

// The bits of a segment that we are about to send: ECE and CWR, for which the record is kept here.
void set_ecn_bits(Tcb& tcb, const NextSegment& next, wire::ControlBits& control);

// Sections 6.1.1 to 6.1.6: the codepoint of its packet. ECT(0) on new text only: not on a SYN, an ACK without text, a
// retransmission or a window probe.
wire::Ecn codepoint(const Tcb& tcb, const NextSegment& next);

// Section 6.1.3: acceptable text has come; its packet may bear the mark.
void text_with_codepoint_arrives(Tcb& tcb, const Segment& seg);

// Section 6.1.2: an acknowledgment with ECE: true, once per round-trip time, when the window has to be reduced.
bool is_congestion_echoed(const Tcb& tcb, const Segment& seg);

// Section 6.1.2: the window has been reduced, by an echo, by fast retransmit or by a timeout: the peer is told once,
// and marks of the same window change nothing any more.
void window_is_reduced(Tcb& tcb);

}  // namespace tcpstack::tcp
