// How fast the network delivers: draft-cheng-iccrg-delivery-rate-estimation, with its names. A figure for people;
// nothing in the stack depends on it.
//
// Each segment records how much had been delivered when it was sent. When the segment itself arrives, the bytes
// delivered since, divided by the elapsed time, are a sample. The time is that of sending or of acknowledging,
// whichever is longer, because ACKs may come compressed.
#pragma once

#include "stack/tcp/loss/scoreboard.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Section 3.2: a segment leaves, for the first time or again.
void note_delivery_state(Tcb& tcb, Sent& record, Time now);

// Section 3.3: an acknowledgment has delivered bytes.
void measure_delivery_rate(Tcb& tcb, const Delivered& delivered, Time now);

// Section 3.4: output has sent all that it may. When the user has no more to send, the next samples show the user
// rather than the path.
void note_application_limit(Tcb& tcb);

}  // namespace tcpstack::tcp
