// The effect of an ICMP error about one of our segments on its connection: RFC 9293 section 3.9.2.2.
//
// Anybody can send one. It counts only if it quotes a segment in flight (RFC 5927 section 4), and even then it can
// only end a connection that is not yet established.
#pragma once

#include "stack/context.h"
#include "stack/ip/icmp.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The connection's ends and the sequence number, which every ICMP error quotes. Requires eight bytes of the TCP
// header.
struct QuotedSegment {
  Endpoint local;
  Endpoint remote;
  Seq seq;
};
QuotedSegment quoted_segment(const ip::IcmpError& error);

// RFC 5927 section 4.1: "TCP SHOULD check ... SND.UNA =< SEG.SEQ < SND.NXT".
bool is_in_flight(const Tcb& tcb, Seq seq);

// An error, other than "fragmentation needed" (path_mtu.h), about a segment in flight.
void icmp_error_arrives(Tcb& tcb, ip::IcmpProblem problem, Context& cx);

// The error of a connection that ends without an answer: the soft error that may explain it (RFC 1122 section
// 4.2.3.9, SHLD-25), otherwise "aborted due to user timeout".
Error error_of_timeout(const Tcb& tcb);

}  // namespace tcpstack::tcp
