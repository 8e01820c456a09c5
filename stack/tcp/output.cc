#include "stack/tcp/output.h"

#include <algorithm>

#include "stack/tcp/emit.h"
#include "stack/tcp/mss.h"
#include "stack/tcp/nagle.h"

namespace tcpstack::tcp {

namespace {

// Where the text that the user has queued ends; our FIN has this sequence number.
Seq text_end(const Tcb& tcb) {
  return tcb.send_begin + static_cast<std::uint32_t>(tcb.send_queue.size());
}

bool may_send_text(State state) {
  switch (state) {
    case State::ESTABLISHED:
    case State::CLOSE_WAIT:
    case State::FIN_WAIT_1:  // the text queued before the FIN
    case State::CLOSING:
    case State::LAST_ACK: return true;
    case State::CLOSED:
    case State::LISTEN:
    case State::SYN_SENT:
    case State::SYN_RECEIVED:
    case State::FIN_WAIT_2:
    case State::TIME_WAIT: return false;
  }
  return false;
}

// Our SYN, alone in SYN_SENT, with the peer's acknowledged in SYN_RECEIVED.
std::optional<NextSegment> first_syn(const Tcb& tcb) {
  const bool due = tcb.snd.nxt == tcb.snd.iss;
  if (due && tcb.state == State::SYN_SENT) {
    return NextSegment{.seq = tcb.snd.iss, .syn = true, .why = {"active OPEN", "RFC 9293 3.10.1"}};
  }
  if (due && tcb.state == State::SYN_RECEIVED) {
    return NextSegment{.seq = tcb.snd.iss,
                       .syn = true,
                       .why = {"SYN answered with SYN, ACK", "RFC 9293 3.10.7.2"}};
  }
  return std::nullopt;
}

// "Segments on the retransmission queue" that a timeout or an acknowledgment has shown to be lost.
std::optional<NextSegment> lost_segment(Tcb& tcb) {
  const Sent* const lost = first_lost(tcb.sent);
  if (lost == nullptr) return std::nullopt;
  return NextSegment{.seq = lost->seq,
                     .text_size = lost->len - (lost->syn ? 1U : 0U) - (lost->fin ? 1U : 0U),
                     .syn = lost->syn,
                     .fin = lost->fin,
                     .retransmission = true,
                     .why = {"retransmission", "RFC 6298 5.4"}};
}

// New text, and the FIN behind the last of it.
std::optional<NextSegment> new_text(Tcb& tcb, Context& cx) {
  if (!may_send_text(tcb.state) || tcb.fin_sent) return std::nullopt;
  const std::uint32_t queued = distance(tcb.snd.nxt, text_end(tcb));
  const std::uint32_t mss = effective_mss(tcb, options_size(tcb), cx.config);
  const std::uint32_t usable = usable_window(tcb);
  NextSegment next{.seq = tcb.snd.nxt,
                   .text_size = std::min({queued, usable, mss}),
                   .why = {"new text", "RFC 9293 3.10.2"}};
  next.fin = tcb.fin_queued && next.text_size == queued && queued < mss;
  if (next.fin) next.why = {"CLOSE: no more text", "RFC 9293 3.10.4"};
  if (next.len() == 0) return std::nullopt;
  if (!next.fin && !is_worth_sending(tcb, queued, usable, mss)) return std::nullopt;
  return next;
}

// Section 3.8.6.1: one byte into a window that is closed or too small to be used.
std::optional<NextSegment> window_probe(Tcb& tcb) {
  if (!tcb.probe_due) return std::nullopt;
  tcb.probe_due = false;
  const std::uint32_t queued = distance(tcb.snd.nxt, text_end(tcb));
  if (queued == 0 || !tcb.sent.empty()) return std::nullopt;
  const std::uint32_t size = std::clamp(usable_window(tcb), 1U, queued);
  return NextSegment{.seq = tcb.snd.nxt,
                     .text_size = size,
                     .why = {"zero-window probe", "RFC 9293 3.8.6.1 MUST-36"}};
}

std::optional<NextSegment> bare_ack(const Tcb& tcb) {
  if (!tcb.ack.now) return std::nullopt;
  return NextSegment{.seq = tcb.snd.nxt, .why = tcb.ack.why};
}

// Text that only the window holds back needs the persist timer: the update that opens it may be lost.
void set_persist_alarm(Tcb& tcb, Context& cx) {
  const bool stuck = may_send_text(tcb.state) && tcb.sent.empty() && tcb.snd.nxt < text_end(tcb);
  if (!stuck) {
    tcb.alarms.stop(AlarmKind::persist);
  } else if (!tcb.alarms.is_set(AlarmKind::persist)) {
    tcb.alarms.set(AlarmKind::persist, cx.now + tcb.rtt.rto);  // SHLD-29
  }
}

}  // namespace

std::optional<NextSegment> next_segment(Tcb& tcb, Context& cx) {
  if (auto syn = first_syn(tcb)) return syn;
  if (auto lost = lost_segment(tcb)) return lost;
  if (auto text = new_text(tcb, cx)) return text;
  if (auto probe = window_probe(tcb)) return probe;
  set_persist_alarm(tcb, cx);
  return bare_ack(tcb);
}

}  // namespace tcpstack::tcp
