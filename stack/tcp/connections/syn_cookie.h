// SYN cookies, RFC 4987 section 3.6: when the SYN queue is full, the connection is kept in the numbers of
// our SYN, ACK, which the peer's ACK brings back, and in no memory of ours.
//
//   ISS    5 bits of time (64 s), 3 bits for the MSS, 24 bits of a keyed hash over all of it
//   TSval  the options of RFC 7323 and RFC 2018 in its 6 low bits, as Linux has them
//
// Without timestamps a cookie has no place for window scaling and SACK: neither is offered then.
#pragma once

#include <optional>

#include "stack/base/keyed_hash.h"
#include "stack/context.h"
#include "stack/tcp/agreed/replies.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The SYN, ACK to `syn`. `scratch` is a fresh TCB, which decides what we would have answered with one.
Reply answer_with_cookie(Tcb& scratch, const Segment& syn, const base::KeyedHash& hash,
                         Context& cx);

// The SYN that a cookie in `ack` is the answer to; nothing when it is none of ours, or is older than about two
// minutes.
std::optional<Segment> syn_of_cookie(const Segment& ack, const base::KeyedHash& hash, Context& cx);

// Puts a fresh TCB where it would stand in SYN_RECEIVED, had it sent the cookie itself.
void take_cookie(Tcb& tcb, const Segment& syn, const Segment& ack, const base::KeyedHash& hash,
                 Context& cx);

}  // namespace tcpstack::tcp
