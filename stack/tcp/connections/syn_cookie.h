// SYN cookies, RFC 4987 section 3.6: if the SYN queue is full, the numbers of our SYN, ACK hold the connection, and
// the peer's ACK returns them. We keep no memory.
//
//   ISS    5 bits of time (64 s), 3 bits for the MSS, 24 bits of a keyed hash over all of it; a key lasts for half an hour
//   TSval  the options of RFC 7323 and RFC 2018 in its 6 low bits, as in Linux
//
// Without timestamps a cookie has no place for window scaling and SACK; then it offers neither.
#pragma once

#include <optional>

#include "stack/base/rotating_keys.h"
#include "stack/context.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/send/replies.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The SYN, ACK to `syn`. `scratch` is a new TCB, which decides the answer that a connection with `options` would give; its
// timestamp clock starts at `timestamp_offset`.
Reply answer_with_cookie(Tcb& scratch, const base::Shared<ConnectionOptions>& options,
                         const Segment& syn, base::RotatingKeys& keys,
                         std::uint32_t timestamp_offset, Context& cx);

// The SYN of the cookie in `ack`. Nothing if it is not our cookie, or is older than about two minutes.
std::optional<Segment> syn_of_cookie(const Segment& ack, base::RotatingKeys& keys, Context& cx);

// Puts a new TCB into the condition of SYN_RECEIVED, as if it had sent the cookie itself.
void take_cookie(Tcb& tcb, const Segment& syn, const Segment& ack, Context& cx);

}  // namespace tcpstack::tcp
