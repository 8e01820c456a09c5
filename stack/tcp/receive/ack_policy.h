// When to acknowledge: RFC 9293 section 3.8.6.3 (delayed acknowledgments), RFC 5681 section 4.2, and
// the limit on challenge ACKs of RFC 5961 section 7.
//
// Nothing here sends. A step of 3.10.7 records that an acknowledgment is owed and why; output decides
// whether it goes alone or with data.
#pragma once

#include <cstdint>

#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// An acknowledgment has to go out at the next opportunity.
void owe_ack(Tcb& tcb, Why why);

// An acknowledgment may wait for company, config.tcp.delayed_ack at most (MUST-40: below 0.5 s).
void owe_delayed_ack(Tcb& tcb, Why why, Context& cx);

// `size` bytes of text have been received in order: at least every second full-sized segment is
// acknowledged at once (SHLD-19), and every one at the start of a connection.
void owe_ack_for_text(Tcb& tcb, std::uint32_t size, Context& cx);

// The user has read all there is. Where it is not known to answer, a delayed acknowledgment of pushed text has
// nothing to wait for.
void user_has_emptied_queue(Tcb& tcb);

// Answers a segment that fits nothing: an attacker's, or that of a peer who has lost its memory. At
// most one per connection and interval (RFC 5961 section 7).
void owe_challenge_ack(Tcb& tcb, Why why, Context& cx);

// A segment with RCV.NXT in its acknowledgment field has gone out: nothing is owed any more.
void ack_is_sent(Tcb& tcb);

}  // namespace tcpstack::tcp
