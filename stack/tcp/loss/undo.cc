#include "stack/tcp/loss/undo.h"

#include <algorithm>

#include "stack/tcp/agreed/timestamps.h"

namespace tcpstack::tcp {

namespace {

// RFC 3522 section 3.2 (5): the echo is older than the first retransmission.
bool eifel_detects(const Tcb& tcb, const Delivered& delivered, const Segment& seg) {
  const Undo& undo = tcb.sender->undo;
  if (!tcb.ts.ok || !seg.options.timestamps || undo.retransmissions == 0 || delivered.advanced == 0)
    return false;
  const std::uint32_t echo = seg.options.timestamps->echo_reply;
  return echo != 0 && static_cast<std::int32_t>(echo - undo.first_retransmission) < 0;
}

// RFC 5682 section 3.1 with SACK: (3.b) "if the acknowledgment ... acknowledges data that was not
// retransmitted".
bool f_rto_detects(const Tcb& tcb, const Delivered& delivered) {
  return tcb.sender->recovery.phase == RecoveryPhase::loss && tcb.sack_permitted &&
         delivered.original && delivered.original_end <= tcb.sender->recovery.recover;
}

// The response of RFC 4015: the congestion state before the reduction.
void take_back(Tcb& tcb, Why why, Context& cx) {
  Sender& sender = sender_of(tcb);
  CongestionWindow& window = sender.recovery.window;
  window.cwnd = std::max(window.cwnd, sender.undo.prior_cwnd);
  window.ssthresh = std::max(window.ssthresh, sender.undo.prior_ssthresh);
  sender.congestion->undo();
  sender.undo.possible = false;
  // Segments declared lost are in the network after all.
  for (std::size_t i = 0; i < tcb.sent.size(); ++i) {
    Sent& record = tcb.sent[i];
    if (record.lost) sender.recovery.pipe += record.len;
    record.lost = false;
  }
  cx.note(why, &tcb);
}

}  // namespace

void remember_for_undo(Tcb& tcb, Context& /*cx*/) {
  Sender& sender = sender_of(tcb);
  const CongestionWindow& window = sender.recovery.window;
  sender.undo = {.possible = true, .prior_cwnd = window.cwnd, .prior_ssthresh = window.ssthresh};
}

void note_retransmission(Tcb& tcb, Context& cx) {
  Undo& undo = sender_of(tcb).undo;
  if (!undo.possible) return;
  if (undo.retransmissions == 0) undo.first_retransmission = timestamp_clock(tcb.ts, cx.now);
  ++undo.retransmissions;
  ++undo.unaccounted;
}

bool try_undo(Tcb& tcb, const Delivered& delivered, const Segment& seg, Context& cx) {
  Undo& undo = sender_of(tcb).undo;
  if (!undo.possible) return false;
  if (delivered.d_sack && undo.unaccounted > 0) {
    --undo.unaccounted;
    if (undo.unaccounted == 0) {
      take_back(tcb, {"every retransmission was a duplicate: undone", "RFC 3708"}, cx);
      return true;
    }
  }
  if (eifel_detects(tcb, delivered, seg)) {
    take_back(
        tcb, {"the original arrived, the retransmission was spurious: undone", "RFC 3522 3.2"}, cx);
    return true;
  }
  if (f_rto_detects(tcb, delivered)) {
    take_back(tcb, {"the timeout was spurious: undone", "RFC 5682 3.1"}, cx);
    return true;
  }
  return false;
}

}  // namespace tcpstack::tcp
