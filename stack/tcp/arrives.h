// SEGMENT ARRIVES, RFC 9293 section 3.10.7: the page the course starts with.
//
//   3.10.7.1  CLOSED      arrives_closed.cc
//   3.10.7.2  LISTEN      arrives_listen.cc
//   3.10.7.3  SYN-SENT    arrives_syn_sent.cc
//   3.10.7.4  the others  arrives_1_sequence.cc ... arrives_8_fin.cc, one file for each of the eight steps
//
// A step answers through the TCB, owe_ack() or owe_reset(); it never sends. Where modern TCP departs
// from the text of 3.10.7, the step says so in a line "Departs:".
#pragma once

#include "stack/context.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Whether the segment goes to the next step.
enum class Next : std::uint8_t {
  go_on,  // to the next step
  stop,   // the segment is used up or dropped
};

// Runs the segment through the states SYN_SENT and later. Requires: tcb.state is neither CLOSED nor LISTEN, which
// have no TCB here.
void segment_arrives(Tcb& tcb, const Segment& seg, Context& cx);

// 3.10.7.1: there is neither a connection nor a listener.
void arrives_closed(const Segment& seg, Context& cx);

// 3.10.7.2: the segment arrives at a listener. Returns true for an acceptable SYN: a new connection then takes it
// with take_syn().
bool arrives_listen(const Segment& seg, Context& cx);
void take_syn(Tcb& tcb, const Segment& seg, Context& cx);
// In SYN_RECEIVED: text of the peer's SYN waits for ESTABLISHED, unacknowledged. With Linux the peer has to send it
// again.
void keep_text_of_syn(Tcb& tcb, const Segment& syn, Context& cx);
// In SYN_RECEIVED, served early: the seventh step takes the text of the peer's SYN at once (RFC 7413 section 4.2.2).
void process_text_of_syn(Tcb& tcb, const Segment& syn, Context& cx);

// 3.10.7.3.
Next arrives_syn_sent(Tcb& tcb, const Segment& seg, Context& cx);

// 3.10.7.4, in the order of the RFC. Each step sees the segment as it came; the seventh takes the text that lies in the
// window (receive/reassembly.h).
Next first_check_sequence_number(Tcb& tcb, const Segment& seg, Context& cx);
Next second_check_rst(Tcb& tcb, const Segment& seg, Context& cx);
Next third_check_security(Tcb& tcb, const Segment& seg, Context& cx);
Next fourth_check_syn(Tcb& tcb, const Segment& seg, Context& cx);
Next fifth_check_ack(Tcb& tcb, const Segment& seg, Context& cx);
Next sixth_check_urg(Tcb& tcb, const Segment& seg, Context& cx);
Next seventh_process_text(Tcb& tcb, const Segment& seg, Context& cx);
Next eighth_check_fin(Tcb& tcb, const Segment& seg, Context& cx);

// Is it the peer's SYN, ACK of a simultaneous open, whose ACK counts as if there were no SYN (Figure 7, line 6)?
bool is_crossing_syn_ack(const Tcb& tcb, const Segment& seg);

// TIME_WAIT: is the segment a SYN that may open a new incarnation of the connection (RFC 6191)?
bool is_new_incarnation(const Tcb& tcb, const Segment& seg, const TcpConfig& config);

// Drops the segment under a name; `return drop(...)` ends a step.
Next drop(Drop reason, const Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
