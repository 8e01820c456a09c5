// What keeps a sender from sending more, and for how long it has: the first question about a slow connection.
// Linux: tcp_chrono, `busy`, `rwnd_limited` and `sndbuf_limited` of `ss -ti`.
#pragma once

#include "stack/context.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Output has sent all that it may: why no more?
void note_limit(Tcb& tcb, Context& cx);

// The times up to `now`.
Limits limits_until(const Tcb& tcb, Time now);

}  // namespace tcpstack::tcp
