// RACK-TLP, RFC 8985, on one connection: leads RACK (rack.h) and the tail loss probe (tail_loss_probe.h) through
// acknowledgments and through the flight, and sets their two alarms.
#pragma once

#include "stack/context.h"
#include "stack/tcp/loss/ack_news.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Section 6.2, steps 1 to 4: takes what an acknowledgment tells of round-trip times and reordering. Requires that
// SND.UNA has moved already.
void rack_learn(Tcb& tcb, const AckNews& news, Context& cx);

// Step 5, RACK_detect_loss(): declares segments lost, and sets the reordering alarm for those that may yet arrive.
// Returns whether it found any.
bool rack_detect_loss(Tcb& tcb, Context& cx);

// Section 6.3, RACK_mark_losses_on_RTO(): the first segment is lost, and those that are overdue.
void rack_mark_losses_on_rto(Tcb& tcb, Context& cx);

// Section 7.2, TLP_calc_PTO(): sets the probe alarm if a probe may be sent, else stops it.
void schedule_tail_loss_probe(Tcb& tcb, Context& cx);

// Section 7.3: the probe alarm went off. Output sends new text if the window lets it, else the last segment again.
void tail_loss_probe_timeout(Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
