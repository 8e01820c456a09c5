// What an ICMP error about one of our segments does to its connection: RFC 9293 section 3.9.2.2.
//
// Anybody can send one. It counts only when it quotes a segment that is in flight (RFC 5927 section 4), and
// then it can do little: only a connection that is not yet established is given up for it.
#pragma once

#include "stack/context.h"
#include "stack/ip/icmp.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The connection's ends and the sequence number that every ICMP error quotes. Requires eight bytes of the
// TCP header.
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

// Why a connection has ended that nobody has answered in time: the soft error that may explain it (RFC 1122
// section 4.2.3.9, SHLD-25), else "aborted due to user timeout".
Error error_of_timeout(const Tcb& tcb);

}  // namespace tcpstack::tcp
