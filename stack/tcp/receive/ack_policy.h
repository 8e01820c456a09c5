// When to acknowledge: RFC 9293 section 3.8.6.3 (delayed acknowledgments), RFC 5681 section 4.2, and
// the limit on challenge ACKs of RFC 5961 section 7.
//
// This file sends nothing. A step of 3.10.7 records that an acknowledgment is owed, with the reason; output decides
// whether it leaves alone or with text.
#pragma once

#include <cstdint>

#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// An acknowledgment has to go out at the next opportunity.
void owe_ack(Tcb& tcb, Why why);

// An acknowledgment may wait for text to travel with, config.tcp.delayed_ack at most (MUST-40: below 0.5 s).
void owe_delayed_ack(Tcb& tcb, Why why, Context& cx);

// `size` bytes of text have been received in order. At least every second full-sized segment is acknowledged at
// once (SHLD-19), and every one at the start of a connection.
void owe_ack_for_text(Tcb& tcb, std::uint32_t size, Context& cx);

// `segments` segments have come beyond a hole: "a TCP receiver SHOULD send an immediate duplicate ACK when an
// out-of-order segment arrives" (RFC 5681 section 4.2). A peer without SACK counts duplicate ACKs (section 3.2), so each
// segment is worth its own. With SACK the blocks of one acknowledgment speak for all that came in one batch.
void owe_duplicate_acks(Tcb& tcb, std::uint32_t segments, Why why);

// The user has read all text. If it does not usually answer, a delayed acknowledgment of pushed text has nothing to
// wait for.
void user_has_emptied_queue(Tcb& tcb);

// Linux: RFC 9293 has no such call. `on` sends a delayed acknowledgment and acknowledges the next config.tcp.quick_acks
// segments with text at once; off, all wait for an answer of the user, as in Linux (`TCP_QUICKACK`). You can see it: the
// ACK leaves with the call.
void set_quick_ack(Tcb& tcb, bool on, Context& cx);

// Answers an impossible segment: from an attacker, or from a peer that has lost its memory. At most one per
// connection and interval (RFC 5961 section 7). False: the limit allows none.
bool owe_challenge_ack(Tcb& tcb, Why why, Context& cx);

// A segment with RCV.NXT in its acknowledgment field has been sent, `bare` if it has neither text nor FIN. Another
// acknowledgment is owed only if a batch of segments was worth several.
void ack_is_sent(Tcb& tcb, bool bare);

}  // namespace tcpstack::tcp
