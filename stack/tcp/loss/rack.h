// RACK-TLP, RFC 8985: a segment is lost if a segment sent later has arrived, and enough time for mere reordering
// has passed. A probe brings the acknowledgment that a lost tail would not.
#pragma once

#include "stack/context.h"
#include "stack/tcp/loss/scoreboard.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// RACK_sent_after(): for equal times the sequence number decides.
bool is_sent_after(Time t1, Seq end1, Time t2, Seq end2);

// Steps 1 to 4 of section 6.2 for an acknowledgment: RACK.min_RTT, RACK.xmit_ts, reordering, RACK.reo_wnd.
void rack_update(Tcb& tcb, const Delivered& delivered, const Segment& seg, Context& cx);

// Step 5, RACK_detect_loss(): marks lost segments and sets the reordering alarm for those that may still arrive.
// Returns true if it has marked one.
bool rack_detect_loss(Tcb& tcb, Context& cx);

// Section 6.3, RACK_mark_losses_on_RTO().
void rack_mark_losses_on_rto(Tcb& tcb, Context& cx);

// Section 6.2 step 4: a loss recovery has ended; the wider window counts down.
void rack_recovery_ended(Rack& rack);

// --- the tail loss probe, section 7
// TLP_calc_PTO(): sets the probe alarm instead of the retransmission timer, where a probe is allowed.
void schedule_tail_loss_probe(Tcb& tcb, Context& cx);

// The probe alarm went off: new text if the window allows it, otherwise the last segment again.
void tail_loss_probe_timeout(Tcb& tcb, Context& cx);

// TLP_process_ack(): returns true if the probe has repaired a loss, which congestion control has to know.
bool is_loss_repaired_by_probe(Tcb& tcb, const Delivered& delivered, Seq ack);

}  // namespace tcpstack::tcp
