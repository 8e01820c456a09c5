#include "stack/tcp/loss/rack_tlp.h"

#include <algorithm>

#include "stack/tcp/agreed/timestamps.h"
#include "stack/tcp/loss/retransmission_timer.h"

namespace tcpstack::tcp {

namespace {

constexpr std::uint32_t kDupThresh = 3;

// RACK_update(): a retransmission that seems to be acknowledged too soon is not the one that was.
bool is_of_an_earlier_transmission(const Tcb& tcb, const AckNews& news, Time now) {
  const Sent& newest = *news.newest;
  if (!newest.retransmitted()) return false;
  if (news.echo) {
    const std::uint32_t sent = timestamp_clock(tcb.ts, newest.sent_at);
    if (static_cast<std::int32_t>(*news.echo - sent) < 0) return true;
  }
  return now - newest.sent_at < tcb.sender->rack.min_rtt;
}

// RACK_update_reo_wnd(): no time for reordering that was never seen, once it is clear that something is lost.
Duration reo_wnd(const Tcb& tcb) {
  const Rack& rack = tcb.sender->rack;
  const Recovery& recovery = tcb.sender->recovery;
  const bool is_clear = recovery.repairs_loss() || tcb.flight.sacked_segments() >= kDupThresh;
  if (is_clear && !rack.reordering_seen) return Duration::zero();
  return rack.reo_wnd(tcb.rtt.srtt);
}

// RFC 8985 section 7.2: "The connection supports SACK", nothing is SACKed, no recovery, no probe under way.
bool may_probe(const Tcb& tcb) {
  return is_synchronized(tcb.state) && tcb.sack_permitted && !tcb.flight.empty() &&
         tcb.snd.wnd > 0 && !tcb.sender->recovery.repairs_loss() && tcb.flight.sacked() == 0 &&
         !tcb.sender->probe.end_seq && tcb.retransmissions == 0;
}

Tail tail(const Tcb& tcb) {
  const bool one = tcb.flight.size() == 1 && tcb.flight.front().text_size() <= tcb.snd.smss;
  return one ? Tail::one_segment : Tail::more;
}

// Linux: RFC 8985 section 6.2 step 4 takes any D-SACK. We ignore them once there were more than retransmissions, as
// Linux does (`tcp_dsack_seen`): the network duplicates packets. You can see it: RACK's window stays narrow there.
bool is_plausible_d_sack(const Tcb& tcb) {
  const Figures& figures = tcb.statistics->figures;
  return figures.d_sacks <= figures.retransmitted;
}

// What came of a look at records in the order in which they left.
struct Overdue {
  bool found = false;  // some are declared lost
  Time next = kNever;  // when the next one will be
};

// `oldest` is oldest_original() or oldest_repeat() of the flight.
Overdue lose_overdue(Tcb& tcb, std::size_t (Flight::*oldest)(), Duration window, Time now) {
  const Rack& rack = tcb.sender->rack;
  Overdue overdue;
  for (;;) {
    const std::size_t i = (tcb.flight.*oldest)();
    if (i == tcb.flight.size()) return overdue;
    const std::optional<Time> lost = lost_at(rack, window, tcb.flight[i]);
    if (!lost) return overdue;  // it left after the newest delivery, and so did what follows
    if (*lost > now) {
      overdue.next = *lost;
      return overdue;
    }
    tcb.flight.lose(i);
    overdue.found = true;
  }
}

}  // namespace

void rack_learn(Tcb& tcb, const AckNews& news, Context& cx) {
  Rack& rack = sender_of(tcb).rack;
  if (news.newest) {
    if (!news.retransmitted) rack.note_rtt(cx.now - news.newest->sent_at, cx.now);
    if (!is_of_an_earlier_transmission(tcb, news, cx.now)) rack.note_arrival(*news.newest, cx.now);
  }
  rack.reordering_seen |= news.reordered;
  rack.note_round(tcb.snd.una, tcb.snd.nxt, news.d_sack && is_plausible_d_sack(tcb));
}

// Departs: RFC 8985 section 6.2 step 5 looks at all that was sent before the newest delivery, and sets the timer for the
// last of it. We stop at the first that may yet arrive, and set it for that one: the records are in the order in which
// they left, and an ACK costs no more than what it tells. You can see it: of two segments that were sent 5 ms apart
// and overtaken, the second is declared lost 5 ms after the first.
bool rack_detect_loss(Tcb& tcb, Context& cx) {
  tcb.alarms.stop(AlarmKind::reordering);
  if (!tcb.sender->rack.valid) return false;
  const Duration window = reo_wnd(tcb);
  const Overdue originals = lose_overdue(tcb, &Flight::oldest_original, window, cx.now);
  const Overdue repeats = lose_overdue(tcb, &Flight::oldest_repeat, window, cx.now);
  const Time next = std::min(originals.next, repeats.next);
  if (next != kNever) tcb.alarms.set(AlarmKind::reordering, next);
  return originals.found || repeats.found;
}

void rack_mark_losses_on_rto(Tcb& tcb, Context& cx) {
  const Rack& rack = tcb.sender->rack;
  const Duration window = reo_wnd(tcb);
  for (std::size_t i = 0; i < tcb.flight.size(); ++i) {
    if (i == 0 || overdue_at(rack, window, tcb.flight[i]) <= cx.now) tcb.flight.lose(i);
  }
}

void schedule_tail_loss_probe(Tcb& tcb, Context& cx) {
  if (!cx.config.tcp.tail_loss_probe || !may_probe(tcb))
    return tcb.alarms.stop(AlarmKind::tail_loss_probe);
  const Time probe = cx.now + pto(tcb.rtt, tail(tcb));
  // "If PTO would be later than the RTO, the RTO comes first": then there is no need of a probe.
  tcb.alarms.set(AlarmKind::tail_loss_probe, std::min(probe, retransmission_timer::deadline(tcb)));
}

void tail_loss_probe_timeout(Tcb& tcb, Context& cx) {
  if (tcb.flight.empty()) return;
  TailLossProbe& probe = sender_of(tcb).probe;
  probe.due = true;
  probe.end_seq = tcb.snd.nxt;  // output moves it on when the probe is new text
  retransmission_timer::probe_sent(tcb, cx.now);
}

}  // namespace tcpstack::tcp
