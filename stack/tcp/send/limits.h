// The reasons that keep a sender from sending more, and the time of each: the first question about a slow
// connection.
// Linux: no RFC has these figures. They are Linux's (`tcp_chrono`). You can see it: `busy`, `rwnd_limited` and
// `sndbuf_limited` in the figures of a connection.
#pragma once

#include "stack/context.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Output has sent all that it may: records the reason why it may not send more.
void note_limit(Tcb& tcb, Context& cx);

// The times up to `now`.
Limits limits_until(const Tcb& tcb, Time now);

}  // namespace tcpstack::tcp
