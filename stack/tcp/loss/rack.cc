#include "stack/tcp/loss/rack.h"

#include <algorithm>

#include "stack/tcp/agreed/timestamps.h"

namespace tcpstack::tcp {

namespace {

constexpr std::uint32_t kDupThresh = 3;
constexpr std::uint8_t kReoWndPersist = 16;
// Linux: RFC 8985 section 6.2 step 1 leaves the window of RACK.min_RTT to us. It is 300 s, as in Linux
// (`tcp_min_rtt_wlen`). You can see it: five minutes after a change to a longer path `minrtt` follows.
constexpr Duration kMinRttWindow = std::chrono::seconds(300);

void update_min_rtt(Rack& rack, Duration rtt, Time now) {
  if (rtt <= rack.min_rtt || now - rack.min_rtt_at > kMinRttWindow) {
    rack.min_rtt = rtt;
    rack.min_rtt_at = now;
  }
}

// RACK_update(): a retransmission that seems to be acknowledged too soon was not the transmission that arrived.
bool is_of_an_earlier_transmission(const Tcb& tcb, const Delivered& delivered, const Segment& seg,
                                   Time now) {
  if (!delivered.newest_retransmitted) return false;
  if (tcb.ts.ok && seg.options.timestamps) {
    const std::uint32_t sent = timestamp_clock(tcb.ts, delivered.newest_sent_at);
    if (static_cast<std::int32_t>(seg.options.timestamps->echo_reply - sent) < 0) return true;
  }
  return now - delivered.newest_sent_at < tcb.sender->rack.min_rtt;
}

// Step 4: the reordering window grows with every round in which a D-SACK shows a spurious retransmission.
void widen_after_d_sack(Tcb& tcb, const Delivered& delivered) {
  Rack& rack = sender_of(tcb).rack;
  if (rack.dsack_round && tcb.snd.una >= *rack.dsack_round) rack.dsack_round.reset();
  if (delivered.d_sack && !rack.dsack_round) {
    rack.dsack_round = tcb.snd.nxt;
    if (rack.reo_wnd_mult < 0xff) ++rack.reo_wnd_mult;
    rack.reo_wnd_persist = kReoWndPersist;
  }
}

// RACK_update_reo_wnd().
Duration reo_wnd(const Tcb& tcb) {
  const Rack& rack = tcb.sender->rack;
  const Recovery& recovery = tcb.sender->recovery;
  if (!rack.reordering_seen) {
    const bool enough_sacked = recovery.sacked >= kDupThresh * recovery.window.smss;
    if (recovery.repairs_loss() || enough_sacked) return Duration::zero();
  }
  if (rack.min_rtt == Duration::max()) return Duration::zero();
  return std::min(rack.reo_wnd_mult * rack.min_rtt / 4, tcb.rtt.srtt);
}

// The time that the record may still take to arrive; zero or less: it is lost.
Duration remaining(const Tcb& tcb, const Sent& record, Time now) {
  return record.sent_at + tcb.sender->rack.rtt + reo_wnd(tcb) - now;
}

}  // namespace

bool is_sent_after(Time t1, Seq end1, Time t2, Seq end2) {
  return t1 > t2 || (t1 == t2 && end1 > end2);
}

void rack_update(Tcb& tcb, const Delivered& delivered, const Segment& seg, Context& cx) {
  Rack& rack = sender_of(tcb).rack;
  rack.reordering_seen |= delivered.reordered;
  widen_after_d_sack(tcb, delivered);
  if (!delivered.any) return;
  if (!delivered.retransmitted) update_min_rtt(rack, cx.now - delivered.newest_sent_at, cx.now);
  if (is_of_an_earlier_transmission(tcb, delivered, seg, cx.now)) return;
  if (!rack.valid ||
      is_sent_after(delivered.newest_sent_at, delivered.newest_end, rack.xmit_ts, rack.end_seq)) {
    rack.valid = true;
    rack.rtt = cx.now - delivered.newest_sent_at;
    rack.xmit_ts = delivered.newest_sent_at;
    rack.end_seq = delivered.newest_end;
  }
}

bool rack_detect_loss(Tcb& tcb, Context& cx) {
  tcb.alarms.stop(AlarmKind::reordering);
  const Rack& rack = tcb.sender->rack;
  if (!rack.valid) return false;
  bool found = false;
  Duration timeout{0};
  for (std::size_t i = 0; i < tcb.sent.size(); ++i) {
    Sent& record = tcb.sent[i];
    if (!record.in_flight()) continue;
    if (!is_sent_after(rack.xmit_ts, rack.end_seq, record.sent_at, record.end())) {
      if (!record.retransmitted()) break;  // the next ones were sent even later
      continue;
    }
    const Duration left = remaining(tcb, record, cx.now);
    if (left <= Duration::zero()) {
      mark_lost(tcb, record);
      found = true;
    } else {
      timeout = std::max(timeout, left);
    }
  }
  if (timeout > Duration::zero()) tcb.alarms.set(AlarmKind::reordering, cx.now + timeout);
  return found;
}

void rack_mark_losses_on_rto(Tcb& tcb, Context& cx) {
  for (std::size_t i = 0; i < tcb.sent.size(); ++i) {
    Sent& record = tcb.sent[i];
    if (i == 0 || remaining(tcb, record, cx.now) <= Duration::zero()) mark_lost(tcb, record);
  }
}

void rack_recovery_ended(Rack& rack) {
  if (rack.reo_wnd_persist > 0) --rack.reo_wnd_persist;
  if (rack.reo_wnd_persist == 0) rack.reo_wnd_mult = 1;
}

}  // namespace tcpstack::tcp
