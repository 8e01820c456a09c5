// Keep-alives, RFC 9293 section 3.8.4 (MAY-5): after a long silence a probe asks whether the peer still exists. Off
// by default.
#pragma once

#include "stack/context.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The connection is established, or the user has changed these options: sets the alarm, or stops it (MUST-24). TIME_WAIT has
// nothing to ask the peer; there and before ESTABLISHED the options are only kept.
void start_keepalive(Tcb& tcb, Context& cx);

// The user has changed options. Only a change of the keep-alive's own ones, which were `before`, starts it anew.
void keepalive_options_changed(Tcb& tcb, const ConnectionOptions& before, Context& cx);

// A segment has arrived: the peer exists.
void heard_from_peer(Tcb& tcb, Context& cx);

// The alarm went off: probes, waits on, or ends the connection.
void keepalive_timeout(Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
