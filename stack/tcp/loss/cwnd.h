// The congestion window: what it begins with, how much it lets out, how it grows, and how it shrinks when nobody uses
// it. RFC 5681 says when; the algorithm of congestion/congestion.h says by how much.
//
// It also knows what a segment that leaves means for the mechanisms of loss/. What an acknowledgment means: recovery.h.
#pragma once

#include "stack/context.h"
#include "stack/tcp/loss/ack_news.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The initial window of RFC 6928 and the algorithm that the options name; once SMSS is known and there is text to send.
void start_congestion_control(Tcb& tcb, Context& cx);

// cwnd and ssthresh, or what they will begin with.
CongestionWindow congestion_window(const Tcb& tcb, const TcpConfig& config);

// RFC 9937's inflight, in bytes: the pipe, without what duplicate ACKs show to have left it.
std::uint32_t inflight(const Tcb& tcb);

// How many more bytes cwnd lets into the network.
std::uint32_t congestion_allowance(const Tcb& tcb);

// A segment has left, for the first time or again.
void segment_sent(Tcb& tcb, const Sent& record, Context& cx);

// Lets cwnd grow for an ACK that delivered `delivered` bytes, while it is what limits the sender.
void grow_cwnd(Tcb& tcb, const AckNews& news, std::uint32_t delivered, Context& cx);

// RFC 9937 section 6: brings cwnd nearer to ssthresh, for an ACK that delivered `delivered` bytes.
void follow_prr(Tcb& tcb, std::uint32_t delivered, AckKind ack);

// New text after a pause: RFC 5681 section 4.1, "Restarting Idle Connections".
void restart_after_idle(Tcb& tcb, Context& cx);

// Output has sent all that it may: a window that was not used shrinks (window_use.h).
void validate_congestion_window(Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
