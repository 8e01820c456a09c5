// How fast the network delivers: draft-cheng-iccrg-delivery-rate-estimation, whose names these are. A figure for
// people; nothing in the stack depends on it.
//
// Each segment remembers how much had been delivered when it was sent. When it arrives itself, what was delivered
// meanwhile, divided by the time that took, is a sample: over the sending or the acknowledging of it, whichever
// was slower, since ACKs may come compressed.
#pragma once

#include "stack/tcp/loss/scoreboard.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Section 3.2: a segment goes out, be it for the first time or again.
void note_delivery_state(Tcb& tcb, Sent& record, Time now);

// Section 3.3: an acknowledgment has delivered something.
void measure_delivery_rate(Tcb& tcb, const Delivered& delivered, Time now);

// Section 3.4: output has sent all that it may. When the user has no more to send, the next samples show the user
// rather than the path.
void note_application_limit(Tcb& tcb);

}  // namespace tcpstack::tcp
