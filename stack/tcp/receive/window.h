// The receive window, RFC 9293 section 3.8.6, and its scaling, RFC 7323 section 2.
#pragma once

#include <cstdint>

#include "stack/config.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Before the SYN: sets the buffers' sizes, and the shift and the window in the SYN.
void open_receive_window(Tcb& tcb, const TcpConfig& config);

// RCV.NXT =< `seq` < RCV.NXT+RCV.WND.
bool is_in_window(const ReceiveSequenceSpace& rcv, Seq seq);

// Takes the peer's window scale option of a SYN, or its absence: then neither side scales.
void take_window_scale_option(Tcb& tcb, const Segment& seg);

// SEG.WND in bytes: "the window field in a segment where the SYN bit is set MUST NOT be scaled"
// (RFC 7323 section 2.2).
std::uint32_t scaled_window(const Tcb& tcb, const Segment& seg);

// Moves the right edge RCV.NXT + RCV.WND as far as the silly window rule allows (MUST-39), and returns
// the window field for the segment about to be sent. The edge never moves left (SHLD-14).
// It stays closed for as long as the user does not read (MAY-8).
std::uint16_t advertise_window(Tcb& tcb, bool syn);

// The user has read: is the window wide enough now to send an update at once?
bool is_window_update_due(const Tcb& tcb);

}  // namespace tcpstack::tcp
