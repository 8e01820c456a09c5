// RACK-TLP, RFC 8985: a segment is lost when one sent later has arrived, and enough time has passed for mere
// reordering. A probe brings the acknowledgment that a lost tail would not.
#pragma once

#include "stack/context.h"
#include "stack/tcp/loss/scoreboard.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// RACK_sent_after(): equal times are told apart by the sequence number.
bool is_sent_after(Time t1, Seq end1, Time t2, Seq end2);

// Steps 1 to 4 of section 6.2 for an acknowledgment: RACK.min_RTT, RACK.xmit_ts, reordering, RACK.reo_wnd.
void rack_update(Tcb& tcb, const Delivered& delivered, const Segment& seg, Context& cx);

// Step 5, RACK_detect_loss(): marks lost segments and sets the reordering alarm for those that may yet come.
// Returns whether it found any.
bool rack_detect_loss(Tcb& tcb, Context& cx);

// Section 6.3, RACK_mark_losses_on_RTO().
void rack_mark_losses_on_rto(Tcb& tcb, Context& cx);

// Section 6.2 step 4: a loss recovery has ended, the wider window counts down.
void rack_recovery_ended(Rack& rack);

// --- the tail loss probe, section 7
// TLP_calc_PTO(): sets the probe alarm in the place of the retransmission timer, where it may be used.
void schedule_tail_loss_probe(Tcb& tcb, Context& cx);

// The probe alarm went off: new text if the window lets it, else the last segment again.
void tail_loss_probe_timeout(Tcb& tcb, Context& cx);

// TLP_process_ack(): true when the probe has repaired a loss, which congestion control has to hear of.
bool is_loss_repaired_by_probe(Tcb& tcb, const Delivered& delivered, Seq ack);

}  // namespace tcpstack::tcp
