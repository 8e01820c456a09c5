// TIMEOUTS, RFC 9293 section 3.10.8, and the alarms that later RFCs added.
#pragma once

#include "stack/context.h"
#include "stack/tcp/alarms.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The connection's wheel node has fired: runs every alarm that is due at cx.now, in the order of AlarmKind, and
// re-arms the node for the others.
void time_passes(Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
