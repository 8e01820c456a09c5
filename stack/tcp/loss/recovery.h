// Loss recovery and the congestion window: fast retransmit and fast recovery (RFC 5681 section 3.2, RFC 6675,
// NewReno RFC 6582), proportional rate reduction (RFC 9937), the timeout (RFC 5681 section 3.1), and the ways
// to find out that it was all a mistake: Eifel (RFC 3522), D-SACK (RFC 3708), F-RTO (RFC 5682).
//
// RACK (rack.h) says what is lost; this file says what follows from it.
#pragma once

#include "stack/context.h"
#include "stack/tcp/loss/scoreboard.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The initial window of RFC 6928 and the algorithm that the options name; once SMSS is known and there is text to send.
void start_congestion_control(Tcb& tcb, Context& cx);

// cwnd and ssthresh, or what they will begin with.
CongestionWindow congestion_window(const Tcb& tcb, const TcpConfig& config);

// An acknowledgment in a synchronized state: detects loss, runs recovery, or lets cwnd grow.
// `is_duplicate`: it fits RFC 5681's definition of a duplicate ACK.
void acknowledgment_arrived(Tcb& tcb, const Delivered& delivered, const Segment& seg,
                            bool is_duplicate, Context& cx);

// The reordering alarm: what RACK has waited for has not come.
void reordering_timeout(Tcb& tcb, Context& cx);

// The retransmission timer has expired: RFC 5681 section 3.1, RFC 8985 section 6.3.
void enter_loss(Tcb& tcb, Context& cx);

// How many more bytes cwnd lets into the network.
std::uint32_t congestion_allowance(const Tcb& tcb);

// `size` bytes went out, counted by PRR; a retransmission is counted for the undo too.
void segment_sent(Tcb& tcb, std::uint32_t size, bool retransmission, Context& cx);

// New text after a pause: RFC 5681 section 4.1, "Restarting Idle Connections".
void restart_after_idle(Tcb& tcb, Context& cx);

// Output has sent all that it may. A window of which the user or the peer has left much unused for an RTO tells
// nothing of the network any more: it shrinks towards what was used (RFC 2861 section 3.2, RFC 9293 section 3.8.2).
void validate_congestion_window(Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
