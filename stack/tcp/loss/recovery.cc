#include "stack/tcp/loss/recovery.h"

#include <algorithm>

#include "stack/tcp/agreed/ecn.h"
#include "stack/tcp/agreed/timestamps.h"
#include "stack/tcp/loss/rack.h"
#include "stack/tcp/loss/undo.h"
#include "stack/tcp/send/super_segment.h"

namespace tcpstack::tcp {

namespace {

constexpr unsigned kDupThresh = 3;

// RFC 6582 has no SACK to see what has left the network: each duplicate ACK stands for one segment.
std::uint32_t pipe(const Tcb& tcb) {
  const Recovery& recovery = tcb.sender->recovery;
  const std::uint32_t left =
      tcb.sack_permitted ? 0 : recovery.duplicate_acks * recovery.window.smss;
  return recovery.pipe > left ? recovery.pipe - left : 0;
}

// The bytes that an acknowledgment reports. Without SACK it is a segment for each duplicate ACK, and later "the
// change in SND.UNA, minus 1 SMSS for each preceding duplicate ACK" (RFC 9937 section 6.2).
// Linux: by RFC 9937 section 6.2 a partial ACK may count as zero. It counts as at least one segment, as in Linux,
// because one of them was missing. You can see it: each partial ACK lets at least one segment leave.
std::uint32_t arrived(const Tcb& tcb, const Delivered& delivered, bool is_duplicate) {
  const std::uint32_t bytes = delivered.bytes();
  if (tcb.sack_permitted) return bytes;
  const std::uint32_t smss = tcb.sender->recovery.window.smss;
  if (is_duplicate) return smss;
  const std::uint32_t told = std::min(tcb.sender->recovery.duplicate_acks * smss, bytes);
  return std::max(bytes - told, std::min(bytes, smss));
}

// RFC 9937 section 6: how much may be sent for this acknowledgment.
void proportional_rate_reduction(Tcb& tcb, std::uint32_t delivered, bool safe_ack) {
  Recovery& recovery = sender_of(tcb).recovery;
  const std::uint32_t smss = recovery.window.smss;
  const std::uint32_t ssthresh = recovery.window.ssthresh;
  const std::uint32_t in_flight = pipe(tcb);
  // "If not using SACK, then PRR disallows incrementing DeliveredData when the total bytes delivered in a PRR
  // episode would exceed ... RecoverFS" (section 6.2): who splits or repeats ACKs gains nothing.
  if (!tcb.sack_permitted) {
    const std::uint32_t left =
        recovery.recover_fs - std::min(recovery.prr_delivered, recovery.recover_fs);
    delivered = std::min(delivered, left);
  }
  recovery.prr_delivered += delivered;
  std::int64_t sndcnt = 0;
  if (in_flight > ssthresh) {
    // "Proportional Rate Reduction": CEIL(prr_delivered * ssthresh / RecoverFS) - prr_out.
    const std::uint64_t product = std::uint64_t{recovery.prr_delivered} * ssthresh;
    sndcnt = static_cast<std::int64_t>((product + recovery.recover_fs - 1) / recovery.recover_fs) -
             recovery.prr_out;
  } else {
    // PRR-CRB, or PRR-SSRB when the acknowledgment shows that recovery makes good progress.
    std::int64_t limit =
        std::max(std::int64_t{recovery.prr_delivered} - recovery.prr_out, std::int64_t{delivered});
    if (safe_ack) limit += smss;
    sndcnt = std::min(std::int64_t{ssthresh} - in_flight, limit);
  }
  // "Force a fast retransmit upon entering recovery."
  if (recovery.prr_out == 0) sndcnt = std::max<std::int64_t>(sndcnt, smss);
  recovery.window.cwnd = in_flight + static_cast<std::uint32_t>(std::max<std::int64_t>(sndcnt, 0));
}

void reduce_ssthresh(Tcb& tcb) {
  Sender& sender = sender_of(tcb);
  CongestionWindow& window = sender.recovery.window;
  window.ssthresh = sender.congestion->reduced(window);
  window_is_reduced(tcb.ecn, tcb.snd.nxt);
}

// RFC 9937 section 6.1, RecoverFS: what recovery can still deliver. That is the flight without what was SACKed
// before, and with what this acknowledgment, the first of recovery, delivers.
std::uint32_t recover_flight_size(const Tcb& tcb, const Delivered& delivered) {
  const std::uint32_t flight = distance(tcb.snd.una, tcb.snd.nxt);
  return std::max(flight - tcb.sender->recovery.sacked + delivered.bytes(),
                  tcb.sender->recovery.window.smss);
}

void start_reduction(Tcb& tcb, const Delivered& delivered) {
  Recovery& recovery = sender_of(tcb).recovery;
  reduce_ssthresh(tcb);
  recovery.recover = tcb.snd.nxt;
  recovery.recover_fs = recover_flight_size(tcb, delivered);
  recovery.prr_delivered = 0;
  recovery.prr_out = 0;
}

// RFC 3168 section 6.1.2: "the same as a single lost packet", with nothing to retransmit.
// Linux: RFC 3168 halves cwnd at once. PRR reduces it to ssthresh within a round trip, as in Linux
// (`tcp_enter_cwr`). You can see it: after an ECE segments still leave, but fewer than are acknowledged.
void reduce_for_echo(Tcb& tcb, const Delivered& delivered, Context& cx) {
  cx.note({"the peer echoes a congestion mark: cwnd is reduced", "RFC 3168 6.1.2"}, &tcb);
  Sender& sender = sender_of(tcb);
  sender.undo.possible = false;
  start_reduction(tcb, delivered);
  sender.recovery.phase = RecoveryPhase::cwr;
}

// Tahoe: back to the lost segment, and slow start from there, as if nothing behind it had arrived.
void start_again(Tcb& tcb) {
  CongestionWindow& window = sender_of(tcb).recovery.window;
  window.cwnd = window.smss;
  for (std::size_t i = 0; i < tcb.sent.size(); ++i) {
    if (tcb.sent[i].in_flight()) mark_lost(tcb, tcb.sent[i]);
  }
}

// A loss in a window of data whose marks have already reduced cwnd does not reduce it again.
void enter_recovery(Tcb& tcb, const Delivered& delivered, Context& cx) {
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  cx.note({"loss detected: fast recovery", "RFC 5681 3.2"}, &tcb);
  if (recovery.phase != RecoveryPhase::cwr) {
    remember_for_undo(tcb, cx);
    start_reduction(tcb, delivered);
  }
  if (!sender.congestion->has_fast_recovery()) start_again(tcb);
  recovery.phase = RecoveryPhase::recovery;
  tcb.alarms.stop(AlarmKind::tail_loss_probe);
  sender.probe = {};
}

// "Upon a full acknowledgment": cwnd becomes ssthresh (RFC 9937 section 6.4).
void leave_recovery(Sender& sender) {
  Recovery& recovery = sender.recovery;
  const bool follows_ssthresh = sender.congestion->has_fast_recovery();
  if (recovery.phase != RecoveryPhase::loss && follows_ssthresh) {
    recovery.window.cwnd = std::max(recovery.window.ssthresh, recovery.window.smss);
  }
  rack_recovery_ended(sender.rack);
  recovery.phase = RecoveryPhase::open;
  recovery.duplicate_acks = 0;
}

// A partial ACK covers the segment that was missing and some that duplicate ACKs stood for. The others are still
// at the peer.
void take_back_duplicates(Recovery& recovery, std::uint32_t advanced) {
  const std::uint32_t smss = std::max(recovery.window.smss, 1U);
  const std::uint32_t arrived_before = (advanced + smss - 1) / smss - 1;
  recovery.duplicate_acks -= std::min(recovery.duplicate_acks, arrived_before);
}

// Without SACK: three duplicate ACKs (RFC 5681 section 3.2), then a segment for each partial ACK (RFC 6582).
bool newreno_detects_loss(Tcb& tcb, const Delivered& delivered, bool is_duplicate) {
  Recovery& recovery = sender_of(tcb).recovery;
  if (delivered.advanced > 0) {
    const bool partial =
        recovery.phase == RecoveryPhase::recovery && tcb.snd.una < recovery.recover;
    if (partial) {
      take_back_duplicates(recovery, delivered.advanced);
    } else {
      recovery.duplicate_acks = 0;
    }
    if (!partial || tcb.sent.empty() || !tcb.sent.front().in_flight()) return false;
    mark_lost(tcb, first_segment(tcb));
    return true;
  }
  if (!is_duplicate || tcb.sent.empty()) return false;
  if (recovery.duplicate_acks <
      distance(tcb.snd.una, tcb.snd.nxt) / std::max(recovery.window.smss, 1U)) {
    ++recovery.duplicate_acks;
  }
  if (recovery.repairs_loss() || recovery.duplicate_acks < kDupThresh) return false;
  mark_lost(tcb, first_segment(tcb));
  return true;
}

// Linux: RFC 9293 section 3.8.2 asks for a cwnd in use, and leaves the measure to us. It is all of cwnd, or the
// most that a window of data has used, as in Linux (`tcp_cwnd_validate`). Later ACKs, when the user has nothing
// left to send, do not reduce it. You can see it: cwnd still grows at the end of a transfer.
void note_use_of_cwnd(Tcb& tcb) {
  Recovery& recovery = sender_of(tcb).recovery;
  const std::uint32_t flight = pipe(tcb);
  const bool is_full = congestion_allowance(tcb) < recovery.window.smss;
  const bool is_more = !recovery.used_in_full && flight > recovery.used;
  if (!is_full && !is_more && tcb.snd.una < recovery.used_until) return;
  recovery.used_in_full = is_full;
  recovery.used = flight;
  recovery.used_until = tcb.snd.nxt;
}

// cwnd grows only while it is what limits the sender (RFC 9293 section 3.8.2, RFC 7661): in slow start when
// half of it was used, else when all of it was.
bool is_cwnd_limited(const Tcb& tcb) {
  const Recovery& recovery = tcb.sender->recovery;
  if (recovery.used_in_full) return true;
  return recovery.window.in_slow_start() && recovery.window.cwnd < 2 * recovery.used;
}

void grow(Tcb& tcb, const Delivered& delivered, std::uint32_t acknowledged, Context& cx) {
  // RFC 5681 section 3.1: "for each ACK received that cumulatively acknowledges new data".
  if (delivered.advanced == 0 || !is_cwnd_limited(tcb)) return;
  const Duration rtt = delivered.retransmitted ? Duration{0} : cx.now - delivered.newest_sent_at;
  Sender& sender = sender_of(tcb);
  sender.congestion->grow(sender.recovery.window, {.now = cx.now,
                                                   .acknowledged = acknowledged,
                                                   .rtt = rtt,
                                                   .srtt = tcb.rtt.srtt,
                                                   .una = tcb.snd.una.number(),
                                                   .nxt = tcb.snd.nxt.number(),
                                                   .paced = tcb.options->pacing});
}

std::uint32_t initial_window(const Tcb& tcb, const TcpConfig& config) {
  return config.initial_window * tcb.snd.smss;
}

// RFC 2861 section 3.2: the way back is slow start up to "3/4 of cwnd".
void remember_in_ssthresh(CongestionWindow& window) {
  window.ssthresh = std::max(window.ssthresh, window.cwnd / 4 * 3);
}

void begin_validation(Recovery& recovery, const Context& cx) {
  recovery.most_in_flight = 0;
  recovery.validated_at = cx.now;
}

bool detect_loss(Tcb& tcb, const Delivered& delivered, bool is_duplicate, Context& cx) {
  return tcb.sack_permitted ? rack_detect_loss(tcb, cx)
                            : newreno_detects_loss(tcb, delivered, is_duplicate);
}

}  // namespace

CongestionWindow congestion_window(const Tcb& tcb, const TcpConfig& config) {
  const CongestionWindow& window = tcb.sender->recovery.window;
  if (window.cwnd > 0) return window;
  return {.cwnd = initial_window(tcb, config), .smss = tcb.snd.smss};
}

void start_congestion_control(Tcb& tcb, Context& cx) {
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  CongestionWindow& window = recovery.window;
  window.smss = tcb.snd.smss;
  // RFC 6928 section 2: ten segments; RFC 5681 section 3.1: one segment after a lost SYN.
  // Linux: RFC 5681 section 3.1 takes one segment after the first lost SYN. We do so after the second, as Linux
  // does (`tcp_init_transfer`): an initial RTO of 1 s may be too short for the path. You can see it: after one
  // repeated SYN ten segments leave at once.
  const unsigned segments = tcb.retransmissions > 1 ? 1 : cx.config.tcp.initial_window;
  window.cwnd = segments * window.smss;
  sender.congestion.choose(tcb.options->congestion);
  recovery.recover = tcb.snd.una;
  recovery.used_until = tcb.snd.una;
  sender.rack.fack = tcb.snd.una;
  begin_validation(recovery, cx);
}

// RFC 6675 section 5, with the losses that RACK finds. Limited transmit (RFC 3042 section 2) needs nothing of its
// own: a SACK or a duplicate ACK makes room in the pipe, and new text takes it.
void acknowledgment_arrived(Tcb& tcb, const Delivered& delivered, const Segment& seg,
                            bool is_duplicate, Context& cx) {
  if (!tcb.sender.is_made()) return;  // nothing but a SYN was sent
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  rack_update(tcb, delivered, seg, cx);
  if (try_undo(tcb, delivered, seg, cx)) recovery.phase = RecoveryPhase::open;
  if (recovery.phase != RecoveryPhase::open && tcb.snd.una >= recovery.recover)
    leave_recovery(sender);

  const std::uint32_t acknowledged = arrived(tcb, delivered, is_duplicate);
  const bool repaired = is_loss_repaired_by_probe(tcb, delivered, seg.ack);
  const bool lost = detect_loss(tcb, delivered, is_duplicate, cx);
  if (!recovery.repairs_loss() && (lost || repaired)) enter_recovery(tcb, delivered, cx);
  if (recovery.phase == RecoveryPhase::open &&
      is_congestion_echoed(tcb.ecn, seg.control, seg.ack, tcb.snd.una))
    reduce_for_echo(tcb, delivered, cx);

  switch (recovery.phase) {
    case RecoveryPhase::open:
      if (!seg.control.ece) grow(tcb, delivered, acknowledged, cx);
      break;
    case RecoveryPhase::loss: grow(tcb, delivered, acknowledged, cx); break;
    case RecoveryPhase::cwr:
    case RecoveryPhase::recovery:
      if (sender.congestion->has_fast_recovery()) {
        proportional_rate_reduction(tcb, acknowledged, delivered.advanced > 0 && !lost);
      } else {
        grow(tcb, delivered, acknowledged, cx);
      }
      break;
  }
}

void reordering_timeout(Tcb& tcb, Context& cx) {
  if (!rack_detect_loss(tcb, cx)) return;
  const Recovery& recovery = tcb.sender->recovery;
  if (!recovery.repairs_loss()) enter_recovery(tcb, Delivered{}, cx);
  if (recovery.phase == RecoveryPhase::recovery) proportional_rate_reduction(tcb, 0, false);
}

void enter_loss(Tcb& tcb, Context& cx) {
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  // RFC 2018 section 8: a peer that lets the timer expire on the segment it has SACKed has reneged.
  if (!tcb.sent.empty() && tcb.sent.front().sacked) forget_sacks(tcb);
  if (recovery.phase != RecoveryPhase::loss) {
    remember_for_undo(tcb, cx);
    // RFC 5681 section 3.1: ssthresh is not lowered again for the same segment's next timeout.
    reduce_ssthresh(tcb);
    sender.congestion->timed_out();
  }
  recovery.phase = RecoveryPhase::loss;
  recovery.recover = tcb.snd.nxt;
  recovery.duplicate_acks = 0;
  recovery.window.cwnd =
      recovery.window.smss;  // "the loss window, which equals one full-sized segment"
  sender.probe = {};
  rack_mark_losses_on_rto(tcb, cx);
}

std::uint32_t congestion_allowance(const Tcb& tcb) {
  const std::uint32_t cwnd = tcb.sender->recovery.window.cwnd;
  const std::uint32_t in_flight = pipe(tcb);
  return cwnd > in_flight ? cwnd - in_flight : 0;
}

void segment_sent(Tcb& tcb, std::uint32_t size, bool retransmission, Context& cx) {
  if (!tcb.sender.is_made()) return;  // a SYN
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  recovery.last_sent_at = cx.now;
  note_use_of_cwnd(tcb);
  const bool counts =
      recovery.phase == RecoveryPhase::recovery || recovery.phase == RecoveryPhase::cwr;
  if (counts) recovery.prr_out += size;
  if (sender.congestion.is_chosen()) {
    sender.congestion->sent({.now = cx.now,
                             .bytes = size,
                             .in_flight = recovery.pipe,
                             .retransmission = retransmission});
  }
  if (retransmission) note_retransmission(tcb, cx);
}

// RFC 5681 section 4.1
void restart_after_idle(Tcb& tcb, Context& cx) {
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  if (!tcb.sent.empty() || recovery.last_sent_at == Time{}) return;
  const Duration idle = cx.now - recovery.last_sent_at;
  sender.congestion->idle_ended(idle);
  if (!cx.config.tcp.slow_start_after_idle || idle <= tcb.rtt.rto) return;
  // RW = min(IW,cwnd)
  remember_in_ssthresh(recovery.window);
  recovery.window.cwnd = std::min(recovery.window.cwnd, initial_window(tcb, cx.config.tcp));
  begin_validation(recovery, cx);
}

// Linux: RFC 7661 obsoletes RFC 2861 and keeps the window for five minutes. We follow RFC 2861, with an RTO for the
// "round-trip time" of its text, and never below the initial window, as Linux does
// (`tcp_cwnd_application_limited`). You can see it: cwnd shrinks in each RTO in which the user sends little.
void validate_congestion_window(Tcb& tcb, Context& cx) {
  if (!tcb.sender.is_made()) return;
  Recovery& recovery = sender_of(tcb).recovery;
  CongestionWindow& window = recovery.window;
  if (!cx.config.tcp.slow_start_after_idle || recovery.phase != RecoveryPhase::open) return;
  if (is_cwnd_limited(tcb)) return begin_validation(recovery, cx);
  recovery.most_in_flight = std::max(recovery.most_in_flight, pipe(tcb));
  if (cx.now - recovery.validated_at < tcb.rtt.rto) return;
  const std::uint32_t used = std::max(recovery.most_in_flight, initial_window(tcb, cx.config.tcp));
  begin_validation(recovery, cx);
  if (used >= window.cwnd) return;
  remember_in_ssthresh(window);
  window.cwnd = (window.cwnd + used) / 2;
}

}  // namespace tcpstack::tcp
