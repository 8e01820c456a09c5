// Explicit Congestion Notification, RFC 3168 (SHLD-8): routers mark packets (CE) instead of dropping them. The
// receiver echoes the mark (ECE) until the sender has reduced its window and reports it (CWR).
#pragma once

#include "stack/context.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/send/output.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Section 6.1.1: takes the offer or the answer in the peer's SYN. A SYN with ECE and CWR is acceptable even if we
// do not want ECN.
void take_ecn_of_syn(Tcb& tcb, const Segment& seg, const TcpConfig& config);

// Sets ECE and CWR of the next segment, and keeps their record.
void set_ecn_bits(Tcb& tcb, const NextSegment& next, wire::ControlBits& control);

// Sections 6.1.1 to 6.1.6: the codepoint of a segment's packet. Only new text gets ECT(0): not a SYN, an ACK
// without text, a retransmission or a window probe.
wire::Ecn codepoint(const Tcb& tcb, const NextSegment& next);

// Section 6.1.3: acceptable text has arrived; its packet may have the mark.
void text_with_codepoint_arrives(Tcb& tcb, const Segment& seg);

// Section 6.1.2: must an acknowledgment with ECE reduce the window? At most once per round-trip time.
bool is_congestion_echoed(const Tcb& tcb, const Segment& seg);

// Section 6.1.2: the window has been reduced, by an echo, by fast retransmit or by a timeout. The peer gets one
// CWR, and further marks of the same window have no effect.
void window_is_reduced(Tcb& tcb);

}  // namespace tcpstack::tcp
