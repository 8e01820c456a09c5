#include "stack/tcp/send/output.h"

#include <algorithm>

#include "stack/tcp/agreed/mss.h"
#include "stack/tcp/loss/cwnd.h"
#include "stack/tcp/send/acceptable_seq.h"
#include "stack/tcp/send/emit.h"
#include "stack/tcp/send/limits.h"
#include "stack/tcp/send/nagle.h"
#include "stack/tcp/send/pacing.h"
#include "stack/tcp/send/records.h"
#include "stack/tcp/send/super_segment.h"

namespace tcpstack::tcp {

namespace {

bool may_send_text(const Tcb& tcb) {
  switch (tcb.state) {
    case State::ESTABLISHED:
    case State::CLOSE_WAIT:
    case State::FIN_WAIT_1:  // the text queued before the FIN
    case State::CLOSING:
    case State::LAST_ACK: return true;
    case State::CLOSED:
    case State::LISTEN:
    case State::SYN_SENT:
    case State::FIN_WAIT_2:
    case State::TIME_WAIT: return false;
    case State::SYN_RECEIVED: return is_served_early(tcb);
  }
  return false;
}

// Our SYN: alone in SYN_SENT, with an acknowledgment of the peer's in SYN_RECEIVED.
std::optional<NextSegment> first_syn(const Tcb& tcb) {
  const bool due = tcb.snd.nxt == tcb.snd.iss;
  if (due && tcb.state == State::SYN_SENT) {
    const std::uint32_t text = tcb.fast_open ? tcb.fast_open->syn_text : 0U;
    return NextSegment{.seq = tcb.snd.iss,
                       .text_size = text,
                       .syn = true,
                       .why = text > 0 ? Why{"active OPEN with text", "RFC 7413 4.2.2"}
                                       : Why{"active OPEN", "RFC 9293 3.10.1"}};
  }
  if (due && tcb.state == State::SYN_RECEIVED) {
    return NextSegment{.seq = tcb.snd.iss,
                       .syn = true,
                       .why = {"SYN answered with SYN, ACK", "RFC 9293 3.10.7.2"}};
  }
  return std::nullopt;
}

// An empty pipe takes a segment, however small cwnd is.
bool fits_congestion_window(const Tcb& tcb, std::uint32_t size) {
  return size <= congestion_allowance(tcb) || tcb.flight.pipe() == 0;
}

// A sent record, as much of it as fits into one segment now: the path's MTU may be smaller since (RFC 1191 section
// 6.4), or the options longer. If the window has shrunk into the record, the segment ends at the right edge: the peer would
// drop what lies beyond. A record beyond the edge is sent whole: it probes the window.
NextSegment again(const Tcb& tcb, const Sent& record, Why why, const Context& cx) {
  const Seq edge = farthest_edge(tcb);
  const std::uint32_t mss = effective_mss(tcb, options_size(tcb), cx.config);
  const bool is_cut = !record.syn && record.seq < edge;
  const std::uint32_t room = is_cut ? distance(record.seq, edge) : record.len;
  const std::uint32_t size = std::min({record.text_size(), mss, room});
  return {.seq = record.seq,
          .text_size = size,
          .syn = record.syn,
          .fin = record.fin && size == record.text_size() && record.len <= room,
          .retransmission = true,
          .why = why};
}

Why why_again(const Tcb& tcb, const Context& cx) {
  if (tcb.sender->recovery.phase == RecoveryPhase::recovery)
    return {"fast retransmit", "RFC 5681 3.2"};
  const bool resegmented =
      tcb.sender->recovery.phase != RecoveryPhase::loss && tcb.snd.path_mtu < cx.config.ip.mtu;
  if (resegmented) return {"retransmission in smaller segments", "RFC 1191 6.4"};
  return {"retransmission after a timeout", "RFC 6298 5.4"};
}

// RFC 5682 section 3.1, step 2.b: new text leaves before what is still lost. If it arrives, the loss was real.
bool is_testing_timeout(const Tcb& tcb) { return tcb.sender->recovery.f_rto == FRto::new_text; }

// "Segments on the retransmission queue" that a timeout or an acknowledgment has declared lost: within the peer's
// window (SHLD-16), or the oldest beyond one that has shrunk to zero (MAY-7), which probes it (MUST-35). The first one of
// a repair leaves whatever cwnd says: RFC 6298 (5.4), RFC 6675 section 5 (4.3).
std::optional<NextSegment> lost_segment(Tcb& tcb, Context& cx) {
  if (tcb.flight.lost() == 0 || is_testing_timeout(tcb)) return std::nullopt;
  const Sent& oldest = tcb.flight[tcb.flight.first_lost()];
  const NextSegment next = again(tcb, oldest, why_again(tcb, cx), cx);
  if (!is_synchronized(tcb.state)) return next;
  if (next.seq != tcb.snd.una && next.seq >= farthest_edge(tcb)) return std::nullopt;
  const std::uint32_t size = std::max(next.text_size, 1U);
  const bool fits = tcb.sender->recovery.repair_due || fits_congestion_window(tcb, size);
  if (!fits || is_held_by_pacing(tcb, cx)) return std::nullopt;
  return next;
}

// A probe of the tail goes out however small it is.
enum class Urgency : std::uint8_t { ordinary, probe };

// The next piece of new text that the peer's window takes, and the FIN behind the last of it: as large as it
// can be, whatever the SENDs were (SHLD-27, SHLD-28), unless one ended a record, and nothing beyond the window
// (SHLD-15).
std::optional<NextSegment> next_text(Tcb& tcb, Urgency urgency, Context& cx) {
  if (!may_send_text(tcb) || tcb.fin_sent) return std::nullopt;
  const std::uint32_t queued = distance(tcb.snd.nxt, text_end(tcb));
  if (queued == 0 && !tcb.fin_queued) return std::nullopt;
  const std::uint32_t mss = effective_mss(tcb, options_size(tcb), cx.config);
  const std::uint32_t usable = usable_window(tcb);
  const std::uint32_t record = waiting_in_record(tcb);
  NextSegment next{.seq = tcb.snd.nxt,
                   .text_size = std::min({record, usable, mss}),
                   .why = {"new text", "RFC 9293 3.10.2"}};
  // The FIN has a sequence number, so it needs room in the window, too. Linux also holds it back.
  const bool may_close = tcb.fin_queued && tcb.state != State::SYN_RECEIVED;
  next.fin = may_close && next.text_size == queued && queued < usable;
  if (next.fin) next.why = {"CLOSE: no more text", "RFC 9293 3.10.4"};
  if (next.len() == 0) return std::nullopt;
  // Linux: RFC 9293 has no records. A short record with later text behind it cannot grow, so it is not held back,
  // as in Linux (`tcp_nagle_test`). You can see it: two short records leave at once, as two segments.
  const bool is_whole_record = record < queued && next.text_size == record;
  const bool may_wait = !next.fin && urgency == Urgency::ordinary && !is_whole_record;
  if (may_wait && !is_worth_sending(tcb, record, usable, mss)) return std::nullopt;
  return next;
}

// A FIN alone needs room in cwnd: RFC 5681 section 2 allows no "sequence number higher than the sum of the highest
// acknowledged sequence number and the minimum of cwnd and rwnd". Behind text it goes along, as no packet of its own.
// New text does not overtake a lost segment that has to wait: RFC 6675 section 4, NextSeg () (1) before (2).
std::optional<NextSegment> new_text(Tcb& tcb, Context& cx) {
  if (tcb.flight.lost() > 0 && !is_testing_timeout(tcb)) return std::nullopt;
  auto next = next_text(tcb, Urgency::ordinary, cx);
  if (!next) return std::nullopt;
  restart_after_idle(tcb, cx);
  const std::uint32_t size = std::max(next->text_size, 1U);
  if (!fits_congestion_window(tcb, size) || is_held_by_pacing(tcb, cx)) return std::nullopt;
  grow_to_super_segment(tcb, *next, cx);
  return next;
}

// If there is no new text, or the window does not take it, F-RTO ends, and the lost segments go out (RFC 5682 section
// 3.1 step 2.b).
std::optional<NextSegment> new_text_after_timeout(Tcb& tcb, Context& cx) {
  if (!is_testing_timeout(tcb)) return std::nullopt;
  auto next = new_text(tcb, cx);
  Recovery& recovery = sender_of(tcb).recovery;
  const bool none_left = tcb.snd.nxt == recovery.recover;
  if (!next && none_left) recovery.f_rto = FRto::off;
  return next;
}

// RFC 8985 section 7.3, TLP_send_probe(): new text if there is some, otherwise the last segment again.
std::optional<NextSegment> tail_loss_probe(Tcb& tcb, Context& cx) {
  if (!tcb.sender->probe.due) return std::nullopt;
  TailLossProbe& probe = sender_of(tcb).probe;
  probe.due = false;
  if (tcb.flight.empty()) return std::nullopt;
  const Why why{"tail loss probe", "RFC 8985 7.3"};
  if (auto next = next_text(tcb, Urgency::probe, cx)) {
    next->why = why;
    probe.end_seq = next->seq + next->len();
    return next;
  }
  probe.is_retransmission = true;
  return again(tcb, tcb.flight.last_segment(tcb.snd.smss), why, cx);
}

bool is_fin_waiting(const Tcb& tcb) { return tcb.fin_queued && !tcb.fin_sent; }

// Is this the first text, or a FIN without text?
bool begins_to_send(const Tcb& tcb) {
  if (has_begun_to_send(tcb) || !may_send_text(tcb)) return false;
  return tcb.snd.nxt < text_end(tcb) || is_fin_waiting(tcb);
}

// Section 3.8.6.1: one byte into a window that is closed or too small to use; after the last byte, the FIN.
std::optional<NextSegment> window_probe(Tcb& tcb) {
  if (!tcb.window_probe_due) return std::nullopt;
  tcb.window_probe_due = false;
  const std::uint32_t queued = distance(tcb.snd.nxt, text_end(tcb));
  if ((queued == 0 && !is_fin_waiting(tcb)) || !tcb.flight.empty()) return std::nullopt;
  if (tcb.window_probes < 0xff) ++tcb.window_probes;
  const std::uint32_t size = std::min(std::max(usable_window(tcb), 1U), queued);
  return NextSegment{.seq = tcb.snd.nxt,
                     .text_size = size,
                     .fin = queued == 0,
                     .probe = true,
                     .why = {"zero-window probe", "RFC 9293 3.8.6.1 MUST-36"}};
}

// Section 3.8.4: "SEG.SEQ = SND.NXT-1", left of the peer's window, so that it has to answer (SHLD-12: no text).
std::optional<NextSegment> keepalive_probe(Tcb& tcb) {
  if (!tcb.keepalive.due) return std::nullopt;
  tcb.keepalive.due = false;
  return NextSegment{.seq = tcb.snd.nxt - 1U, .why = {"keep-alive", "RFC 9293 3.8.4"}};
}

// Only if no other segment carried the acknowledgment: MUST-58.
std::optional<NextSegment> bare_ack(const Tcb& tcb) {
  if (!tcb.ack.now) return std::nullopt;
  return NextSegment{.seq = acceptable_seq(tcb), .why = tcb.ack.why};
}

// Text or a FIN that only the window holds back needs the persist timer: the update that opens the window may be
// lost.
void set_persist_alarm(Tcb& tcb, Context& cx) {
  const bool waits = tcb.snd.nxt < text_end(tcb) || is_fin_waiting(tcb);
  const bool stuck =
      may_send_text(tcb) && tcb.flight.empty() && waits && !tcb.alarms.is_set(AlarmKind::pacing);
  if (!stuck) {
    tcb.alarms.stop(AlarmKind::persist);
  } else if (!tcb.alarms.is_set(AlarmKind::persist)) {
    tcb.alarms.set(AlarmKind::persist, cx.now + tcb.rtt.rto);  // SHLD-29
  }
}

// The user has no more to send, though cwnd would take it: delivery shows the user, not the path.
void note_application_limit(Tcb& tcb) {
  const bool has_more = not_sent(tcb) > 0 || tcb.flight.lost() > 0;
  if (has_more || congestion_allowance(tcb) == 0) return;
  tcb.statistics.make().delivery.limit(tcb.flight.pipe());
}

// What has kept us from sending more: for cwnd, and for those who ask why it is not faster.
void note_what_limits(Tcb& tcb, Context& cx) {
  if (!is_synchronized(tcb.state)) return;
  validate_congestion_window(tcb, cx);
  note_limit(tcb, cx);
  note_application_limit(tcb);
}

}  // namespace

std::optional<NextSegment> next_segment(Tcb& tcb, Context& cx) {
  if (tcb.state == State::CLOSED) return std::nullopt;  // whatever was due when it ended
  if (auto syn = first_syn(tcb)) return syn;
  if (begins_to_send(tcb)) start_congestion_control(tcb, cx);
  if (auto test = new_text_after_timeout(tcb, cx)) return test;
  if (auto lost = lost_segment(tcb, cx)) return lost;
  if (auto probe = tail_loss_probe(tcb, cx)) return probe;
  if (auto text = new_text(tcb, cx)) return text;
  if (auto probe = window_probe(tcb)) return probe;
  if (auto probe = keepalive_probe(tcb)) return probe;
  set_persist_alarm(tcb, cx);
  note_what_limits(tcb, cx);
  return bare_ack(tcb);
}

}  // namespace tcpstack::tcp
