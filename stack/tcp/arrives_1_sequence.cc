// 3.10.7.4, first: "check sequence number".
#include "stack/tcp/agreed/timestamps.h"
#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/loss/scoreboard.h"
#include "stack/tcp/receive/ack_policy.h"
#include "stack/tcp/receive/sack.h"

namespace tcpstack::tcp {

namespace {

// Table 6: the four cases of the acceptability test.
bool is_acceptable(const Tcb& tcb, const Segment& seg) {
  const Seq left = tcb.rcv.nxt;
  const Seq right = tcb.rcv.nxt + tcb.rcv.wnd;
  const Seq last = seg.end() - 1U;
  const std::uint32_t len = seg.len();
  if (len == 0 && tcb.rcv.wnd == 0) return seg.seq == left;
  if (len == 0) return left <= seg.seq && seg.seq < right;
  if (tcb.rcv.wnd == 0) return false;
  return (left <= seg.seq && seg.seq < right) || (left <= last && last < right);
}

// "If the RCV.WND is zero, no segments will be acceptable, but special allowance should be made to
// accept valid ACKs, URGs, and RSTs" (MUST-66): the segment that begins at RCV.NXT, without its text.
bool is_allowed_into_closed_window(const Tcb& tcb, const Segment& seg) {
  return tcb.rcv.wnd == 0 && seg.seq == tcb.rcv.nxt;
}

// Departs: Figure 7, line 6: in a simultaneous open the peer's SYN, ACK acknowledges our SYN although its
// own SYN lies before the window by now. Without that SYN it is acceptable.
bool is_crossing_syn_ack(const Tcb& tcb, const Segment& seg) {
  return tcb.state == State::SYN_RECEIVED && !tcb.passive && seg.control.syn && seg.control.ack &&
         !seg.control.rst && seg.seq == tcb.rcv.irs;
}

// Departs: an ACK in answer to every unacceptable segment makes two confused stacks talk for ever.
// Segments with text are always answered, others at most once per interval.
void answer_unacceptable(Tcb& tcb, const Segment& seg, Why why, Context& cx) {
  const bool carries_text = !seg.text.empty() && !seg.control.syn;
  if (carries_text || seg.control.fin) {
    owe_ack(tcb, why);
  } else {
    owe_challenge_ack(tcb, why, cx);
  }
}

// A SYN that we have seen: our SYN, ACK was lost. Linux: it is sent again at once, where the RFC
// sends an ACK that tells a peer in SYN_SENT nothing.
bool is_repeated_syn(const Tcb& tcb, const Segment& seg) {
  return tcb.state == State::SYN_RECEIVED && seg.control.syn && !seg.control.ack &&
         seg.seq == tcb.rcv.irs;
}

Next not_acceptable(Tcb& tcb, const Segment& seg, Drop reason, Why why, Context& cx) {
  if (seg.control.rst) return drop(reason, tcb, cx);
  if (is_repeated_syn(tcb, seg)) {
    if (!tcb.sent.empty()) mark_lost(tcb, tcb.sent.front());
    return drop(reason, tcb, cx);
  }
  // Departs: the peer's FIN again means that our ACK of it was lost; the fifth and eighth step, which
  // restart the timer, would never see it.
  if (tcb.state == State::TIME_WAIT && seg.control.fin) restart_time_wait(tcb, cx);
  if (seg.seq < tcb.rcv.nxt) report_duplicate(tcb, seg);
  answer_unacceptable(tcb, seg, why, cx);
  return drop(reason, tcb, cx);
}

}  // namespace

// "Trimming off any portions that lie outside the window (including SYN and FIN)."
void trim_to_window(const Tcb& tcb, Segment& seg) {
  if (seg.seq < tcb.rcv.nxt) {
    std::uint32_t before = distance(seg.seq, tcb.rcv.nxt);
    seg.seq = tcb.rcv.nxt;
    seg.up = static_cast<std::uint16_t>(seg.up - std::min<std::uint32_t>(before, seg.up));
    if (seg.control.syn) {
      seg.control.syn = false;
      --before;
    }
    seg.text = seg.text.subspan(std::min<std::size_t>(before, seg.text.size()));
  }
  const Seq right = tcb.rcv.nxt + tcb.rcv.wnd;
  if (seg.text_end() > right) {
    seg.text = seg.text.first(right > seg.text_begin() ? distance(seg.text_begin(), right) : 0);
    seg.control.fin = false;
  }
}

Next first_check_sequence_number(Tcb& tcb, Segment& seg, Context& cx) {
  // Departs: RFC 7323 section 3.2, "a TCP SHOULD silently drop the segment".
  if (tcb.ts.ok && !seg.options.timestamps && !seg.control.rst)
    return drop(Drop::timestamp_missing, tcb, cx);

  // Departs: PAWS comes first (RFC 7323 section 5.3 R1).
  if (is_paws_reject(tcb.ts, seg, cx.now)) {
    return not_acceptable(tcb, seg, Drop::paws,
                          {"timestamp older than TS.Recent", "RFC 7323 5.3 R1"}, cx);
  }
  if (is_acceptable(tcb, seg) || is_crossing_syn_ack(tcb, seg)) {
    update_ts_recent(tcb, seg, cx.now);
    report_duplicate(tcb, seg);
    trim_to_window(tcb, seg);
    return Next::go_on;
  }
  if (is_allowed_into_closed_window(tcb, seg)) {
    if (!seg.text.empty()) {
      owe_ack(tcb, {"text into a closed window", "RFC 9293 3.10.7.4 first"});
      cx.dropped(Drop::text_no_room, &tcb);
    }
    trim_to_window(tcb, seg);
    return Next::go_on;
  }
  return not_acceptable(tcb, seg, Drop::out_of_window,
                        {"sequence number not acceptable", "RFC 9293 3.10.7.4 first"}, cx);
}

}  // namespace tcpstack::tcp
