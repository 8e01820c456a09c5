#include "stack/tcp/loss/recovery.h"

#include <algorithm>

#include "stack/tcp/agreed/ecn.h"
#include "stack/tcp/loss/cwnd.h"
#include "stack/tcp/loss/rack_tlp.h"

namespace tcpstack::tcp {

namespace {

constexpr unsigned kDupThresh = 3;

// RFC 9937's DeliveredData.
std::uint32_t delivered_data(const Tcb& tcb, const AckNews& news) {
  if (tcb.sack_permitted) return news.delivered();
  return tcb.sender->recovery.duplicates.delivered(news, tcb.flight);
}

void reduce_ssthresh(Tcb& tcb) {
  Sender& sender = sender_of(tcb);
  CongestionWindow& window = sender.recovery.window;
  window.ssthresh = sender.congestion->reduced(window);
  window_is_reduced(tcb.ecn);
}

// RFC 9937 section 6.1, RecoverFS: what recovery can still deliver. That is the flight without what was SACKed
// before, and with what this acknowledgment, the first of recovery, delivers.
std::uint32_t recover_flight_size(const Tcb& tcb, std::uint32_t delivered) {
  const std::uint32_t flight = distance(tcb.snd.una, tcb.snd.nxt);
  return std::max(flight - tcb.flight.sacked() + delivered, tcb.sender->recovery.window.smss);
}

void begin_reduction(Tcb& tcb, std::uint32_t delivered) {
  Recovery& recovery = sender_of(tcb).recovery;
  reduce_ssthresh(tcb);
  recovery.recover = tcb.snd.nxt;
  recovery.prr.begin(recover_flight_size(tcb, delivered));
}

// "Upon a full acknowledgment": cwnd becomes ssthresh (RFC 9937 section 6.4), unless it has grown by slow start since the loss.
void leave_recovery(Tcb& tcb) {
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  CongestionWindow& window = recovery.window;
  if (sender.follows_prr()) window.cwnd = window.ssthresh;
  // The user may have chosen another algorithm while PRR held cwnd down.
  window.cwnd = std::max(window.cwnd, window.smss);
  sender.rack.recovery_ended();
  sender.undo.end(tcb.snd.nxt);
  recovery.phase = RecoveryPhase::open;
  recovery.repair_due = false;
  recovery.f_rto = FRto::off;
  recovery.duplicates = {};
}

// RFC 3168 section 6.1.2: "the same as a single lost packet", with nothing to retransmit.
// Linux: RFC 3168 halves cwnd at once. PRR reduces it to ssthresh within a round trip, as in Linux
// (`tcp_enter_cwr`). You can see it: after an ECE segments still leave, but fewer than are acknowledged.
void reduce_for_echo(Tcb& tcb, std::uint32_t delivered, Context& cx) {
  cx.note({"the peer echoes a congestion mark: cwnd is reduced", "RFC 3168 6.1.2"}, &tcb);
  Sender& sender = sender_of(tcb);
  sender.undo.forget();
  begin_reduction(tcb, delivered);
  sender.recovery.phase = RecoveryPhase::cwr;
  if (tcb.flight.empty()) leave_recovery(tcb);  // no later ACK would
}

// RFC 8985 section 7.4.2: the probe has repaired a loss, so congestion control hears of it, and there is nothing left to
// retransmit.
void reduce_for_repaired_loss(Tcb& tcb, std::uint32_t delivered, Context& cx) {
  cx.note({"the probe has repaired a loss: cwnd is reduced", "RFC 8985 7.4.2"}, &tcb);
  Sender& sender = sender_of(tcb);
  sender.undo.forget();
  begin_reduction(tcb, delivered);
  sender.recovery.phase = RecoveryPhase::cwr;
  leave_recovery(tcb);
}

// Tahoe: back to the lost segment, and slow start from there, as if nothing behind it had arrived.
void start_again(Tcb& tcb) {
  CongestionWindow& window = sender_of(tcb).recovery.window;
  window.cwnd = window.smss;
  for (std::size_t i = 0; i < tcb.flight.size(); ++i) {
    if (tcb.flight[i].in_flight()) tcb.flight.lose(i);
  }
  sender_of(tcb).recovery.duplicates = {};  // what they stood for is not in flight any more
}

// A loss in a window of data whose marks have already reduced cwnd does not reduce it again.
void enter_recovery(Tcb& tcb, std::uint32_t delivered, Context& cx) {
  cx.note({"loss detected: fast recovery", "RFC 5681 3.2"}, &tcb);
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  if (recovery.phase != RecoveryPhase::cwr) {
    sender.undo.begin(recovery.window);
    begin_reduction(tcb, delivered);
  }
  if (!sender.congestion->has_fast_recovery()) start_again(tcb);
  recovery.phase = RecoveryPhase::recovery;
  recovery.repair_due = true;
  tcb.alarms.stop(AlarmKind::tail_loss_probe);
  sender.probe = {};
}

// RFC 4015: the windows go back; what was given up is in the network after all.
void take_reduction_back(Tcb& tcb, Why why, Context& cx) {
  Sender& sender = sender_of(tcb);
  sender.undo.restore(sender.recovery.window);
  sender.congestion->undo();
  tcb.flight.revive_all();
  sender.recovery.phase = RecoveryPhase::open;
  sender.recovery.repair_due = false;
  sender.recovery.f_rto = FRto::off;
  cx.note(why, &tcb);
}

// F-RTO looks at what was out when the timer expired: up to here.
std::optional<Seq> timeout_end(const Tcb& tcb) {
  const Recovery& recovery = tcb.sender->recovery;
  if (recovery.f_rto == FRto::off) return std::nullopt;
  return recovery.recover;
}

// RFC 5682 section 3.1, steps 2 and 3, for an acknowledgment that has not shown the timeout to be spurious.
void follow_f_rto(Tcb& tcb, const AckNews& news) {
  Recovery& recovery = sender_of(tcb).recovery;
  switch (recovery.f_rto) {
    case FRto::off: return;
    case FRto::waiting:
      if (news.advanced == 0) return;
      recovery.recover = tcb.snd.nxt;
      recovery.f_rto = FRto::new_text;
      return;
    case FRto::new_text:
    case FRto::tested: {
      const bool new_text_arrived = news.sacked > 0 || news.duplicate;
      recovery.f_rto = new_text_arrived ? FRto::off : FRto::tested;
    }
  }
}

void lose_first_segment(Tcb& tcb) {
  tcb.flight.first_segment(tcb.snd.smss);
  tcb.flight.lose(0);
}

// An ACK moves SND.UNA. Below RecoveryPoint it is a partial one: the next segment is lost, too, and is sent again whatever cwnd
// says (RFC 6582 section 3.2 step 3: "retransmit the first unacknowledged segment").
bool partial_ack_shows_loss(Tcb& tcb, const AckNews& news) {
  Recovery& recovery = sender_of(tcb).recovery;
  const bool partial = recovery.phase == RecoveryPhase::recovery && tcb.snd.una < recovery.recover;
  if (!partial) {
    recovery.duplicates = {};
    return false;
  }
  recovery.duplicates.take_back(news);
  if (tcb.flight.empty() || !tcb.flight.front().in_flight()) return false;
  recovery.repair_due = true;
  return true;
}

// RFC 6582 section 4.1: duplicates show a loss if cwnd is more than a segment, and the last ACK moved SND.UNA by at most
// four segments. Needless retransmissions cause duplicates, too, but the ACK before them covers them all: it moves farther.
bool is_loss_likely(const Tcb& tcb) {
  const Recovery& recovery = tcb.sender->recovery;
  constexpr std::uint32_t kSegments = kDupThresh + 1;
  const CongestionWindow& window = recovery.window;
  return window.cwnd > window.smss && recovery.last_advance <= kSegments * window.smss;
}

// RFC 5681 section 3.2: the third duplicate ACK shows that the first segment is lost. RFC 6582 section 3.2 step 2: if
// SND.UNA covers no more than recover, it may not be.
bool duplicate_ack_shows_loss(Tcb& tcb) {
  Recovery& recovery = sender_of(tcb).recovery;
  recovery.duplicates.another(tcb.flight);
  if (recovery.repairs_loss() || recovery.duplicates.count < kDupThresh) return false;
  return tcb.snd.una > recovery.recover || is_loss_likely(tcb);
}

// Without SACK. Once Tahoe has gone back, all is out again, and neither kind of ACK shows a further loss.
bool newreno_detects_loss(Tcb& tcb, const AckNews& news) {
  Sender& sender = sender_of(tcb);
  if (news.advanced > 0) sender.recovery.last_advance = news.advanced;
  if (sender.recovery.repairs_loss() && !sender.congestion->has_fast_recovery()) return false;
  const bool lost = news.advanced > 0 ? partial_ack_shows_loss(tcb, news)
                                      : news.duplicate && duplicate_ack_shows_loss(tcb);
  if (lost) lose_first_segment(tcb);
  return lost;
}

bool is_first_timeout(const Tcb& tcb) { return tcb.retransmissions <= 1; }

// RFC 5682 section 3.1 step 1. A timeout in fast recovery, or of a later segment in the same recovery, is not examined:
// what recovery had sent before may be acknowledged after it. Section 3.2: the next timeouts of the same segment are.
void examine_timeout(Tcb& tcb) {
  Recovery& recovery = sender_of(tcb).recovery;
  if (!recovery.repairs_loss()) {
    recovery.f_rto = FRto::waiting;
  } else if (recovery.phase == RecoveryPhase::recovery || is_first_timeout(tcb)) {
    recovery.f_rto = FRto::off;
  }
}

// RFC 5681 section 3.1: one reduction for a window of data, whichever came first, the timeout or another sign of loss.
// ssthresh "is held constant" for the next timeouts of the same segment. That of a later segment lowers it to half
// of FlightSize, equation (4), and never raises it.
void reduce_for_timeout(Tcb& tcb) {
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  CongestionWindow& window = recovery.window;
  if (recovery.phase == RecoveryPhase::open) {
    sender.undo.begin(window);
    reduce_ssthresh(tcb);
  } else if (recovery.phase == RecoveryPhase::loss && is_first_timeout(tcb)) {
    const std::uint32_t flight_size = distance(tcb.snd.una, tcb.snd.nxt);
    window.ssthresh = std::min(window.ssthresh, std::max(flight_size / 2, 2 * window.smss));
  }
  if (recovery.phase != RecoveryPhase::loss) sender.congestion->timed_out();
}

}  // namespace

// RFC 6675 section 5, with the losses that RACK finds. Limited transmit (RFC 3042 section 2) needs nothing of its
// own: a SACK or a duplicate ACK makes room in the pipe, and new text takes it.
void recover(Tcb& tcb, const AckNews& news, Context& cx) {
  if (!has_begun_to_send(tcb)) return;
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  // 1. RACK learns of the newest delivery and of reordering (RFC 8985 section 6.2 steps 1 to 4).
  rack_learn(tcb, news, cx);
  // 2. Was the last reduction a mistake?
  if (const auto why = sender.undo.mistake(news, timeout_end(tcb)))
    take_reduction_back(tcb, *why, cx);
  follow_f_rto(tcb, news);
  // 3. Has the phase reached its end?
  if (recovery.phase != RecoveryPhase::open && tcb.snd.una >= recovery.recover)
    leave_recovery(tcb);
  else if (recovery.phase == RecoveryPhase::open && tcb.snd.una > recovery.recover)
    recovery.recover = tcb.snd.una - 1U;  // it stays comparable
  // 4. Is anything lost? RACK says so with SACK, duplicate ACKs without. The tail loss probe may have repaired it.
  const std::uint32_t delivered = delivered_data(tcb, news);
  const bool repaired = sender.probe.has_repaired_loss(news);
  const bool lost =
      tcb.sack_permitted ? rack_detect_loss(tcb, cx) : newreno_detects_loss(tcb, news);
  // 5. A loss or a congestion mark begins a reduction.
  if (lost && !recovery.repairs_loss()) enter_recovery(tcb, news.delivered(), cx);
  if (repaired && recovery.phase == RecoveryPhase::open)
    reduce_for_repaired_loss(tcb, news.delivered(), cx);
  // RFC 3168 section 6.1.2: "should not react to congestion indications more than once every window of data".
  if (recovery.phase == RecoveryPhase::open && news.echoes_congestion &&
      tcb.snd.una > recovery.recover)
    reduce_for_echo(tcb, news.delivered(), cx);
  // 6. cwnd follows PRR, or grows.
  if (sender.follows_prr())
    follow_prr(tcb, delivered, news.advanced > 0 && !lost ? AckKind::safe : AckKind::not_safe);
  else if (recovery.phase != RecoveryPhase::open || !news.echoes_congestion)
    grow_cwnd(tcb, news, delivered, cx);
}

void reordering_timeout(Tcb& tcb, Context& cx) {
  if (!rack_detect_loss(tcb, cx)) return;
  const Recovery& recovery = tcb.sender->recovery;
  if (!recovery.repairs_loss()) enter_recovery(tcb, 0, cx);
  if (tcb.sender->follows_prr()) follow_prr(tcb, 0, AckKind::not_safe);
}

void enter_loss(Tcb& tcb, Context& cx) {
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  // RFC 2018 section 8: a peer that lets the timer expire on the segment it has SACKed has reneged.
  if (!tcb.flight.empty() && tcb.flight.front().sacked) tcb.flight.forget_sacks();
  examine_timeout(tcb);
  reduce_for_timeout(tcb);
  recovery.phase = RecoveryPhase::loss;
  recovery.recover = tcb.snd.nxt;
  recovery.repair_due = true;
  recovery.duplicates = {};
  // "The loss window, which equals one full-sized segment."
  recovery.window.cwnd = recovery.window.smss;
  sender.probe = {};
  rack_mark_losses_on_rto(tcb, cx);
}

}  // namespace tcpstack::tcp
