// 3.10.7.4, first: "check sequence number".
#include "stack/tcp/agreed/timestamps.h"
#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/loss/scoreboard.h"
#include "stack/tcp/receive/ack_policy.h"
#include "stack/tcp/receive/sack.h"
#include "stack/tcp/receive/window.h"

namespace tcpstack::tcp {

namespace {

bool is_bare_ack(const Segment& seg) {
  return seg.control.ack && !seg.control.rst && seg.len() == 0;
}

// Table 6: the four cases of the acceptability test.
// Departs: RFC 9293 section 3.10.7.4 (first) refuses an ACK at the right edge of the window. We take it, as Linux does
// (`tcp_sequence`): the peer has sent all that the window allows, and some of it is lost. You can see it: such a peer's
// ACKs are heard before its retransmission comes.
bool is_acceptable(const Tcb& tcb, const Segment& seg) {
  const Seq right = tcb.rcv.nxt + tcb.rcv.wnd;
  if (is_in_window(tcb.rcv, seg.seq)) return true;
  const std::uint32_t len = seg.len();
  if (len == 0) return seg.seq == right && (tcb.rcv.wnd == 0 || seg.control.ack);
  return is_in_window(tcb.rcv, seg.end() - 1U);
}

// "If the RCV.WND is zero, no segments will be acceptable, but special allowance should be made to
// accept valid ACKs, URGs, and RSTs" (MUST-66): the segment that begins at RCV.NXT, without its text.
// Departs: RFC 9293 section 3.10.7.4 (first) does not say which ACKs are valid. We also hear one from the octet after
// the right edge, where a peer is whose probe of the window is out, if it passes RFC 5961 section 5.2. You can see it:
// text that such an ACK acknowledges is not sent again.
bool is_allowed_into_closed_window(const Tcb& tcb, const Segment& seg) {
  if (tcb.rcv.wnd != 0) return false;
  if (seg.seq == tcb.rcv.nxt) return true;
  return is_bare_ack(seg) && seg.seq == tcb.rcv.nxt + 1 && is_ack_in_range(tcb.snd, seg.ack);
}

// Departs: RFC 9293 section 3.10.7.4 (first) drops an ACK whose number is RCV.NXT - 1. A peer uses that number if it has
// probed our window and does not know yet that we took the octet. If both ends have probed, each drops the other's ACKs
// until both give up. So we take what such an ACK acknowledges, and still answer it. You can see it: that text is not
// sent again.
bool is_behind_taken_probe(const Tcb& tcb, const Segment& seg) {
  return is_bare_ack(seg) && is_synchronized(tcb.state) && seg.seq == tcb.rcv.nxt - 1U &&
         tcb.snd.una < seg.ack && seg.ack <= tcb.snd.nxt;
}

// Departs: RFC 9293 section 3.10.7.4 (first) sends an ACK for every unacceptable segment, and two confused stacks
// answer each other for ever. Segments with text or a FIN always get an answer, others at most one in each
// interval, as in Linux (`tcp_oow_rate_limited`). You can see it: of a burst of old ACKs only the first is
// answered.
void answer_unacceptable(Tcb& tcb, const Segment& seg, Why why, Context& cx) {
  const bool carries_text = !seg.text.empty() && !seg.control.syn;
  if (carries_text || seg.control.fin) {
    owe_ack(tcb, why);
  } else {
    owe_challenge_ack(tcb, why, cx);
  }
}

// The peer's SYN again: our SYN, ACK was lost. Its text, if any, comes again, too.
bool is_repeated_syn(const Tcb& tcb, const Segment& seg) {
  return tcb.state == State::SYN_RECEIVED && seg.control.syn && !seg.control.rst &&
         !seg.control.ack && seg.seq == tcb.rcv.irs;
}

// Departs: RFC 9293 section 3.10.7.4 (first) sends an ACK, which helps no peer in SYN-SENT. We send the SYN, ACK
// again at once, as Linux does (`tcp_check_req`). You can see it: each SYN of a client gets a SYN, ACK.
// Departs: Linux repeats the options of its first SYN, ACK (`tcp_check_req`). Ours has those of the peer's newest SYN, by
// RFC 7323 section 1.3: a client that falls back to a plain SYN expects no option that this SYN did not have. You can
// see it: a second SYN without timestamps gets a SYN, ACK without them.
Next answer_repeated_syn(Tcb& tcb, const Segment& seg, Context& cx) {
  if (!is_served_early(tcb))  // text may have gone out under the first options
    agree_on_options(tcb, seg, cx);
  if (!tcb.flight.empty()) lose_oldest(tcb);
  return drop(Drop::syn_again, tcb, cx);
}

Next not_acceptable(Tcb& tcb, const Segment& seg, Drop reason, Why why, Context& cx) {
  if (seg.control.rst) return drop(reason, tcb, cx);
  // Departs: RFC 9293 section 3.10.7.4 restarts the timer in the fifth and eighth step, which a repeated FIN never
  // reaches: the first check refuses it. So we restart it here, as Linux does (`tcp_timewait_state_process`). You
  // can see it: each repeated FIN gets an ACK, and TIME-WAIT lasts 60 s from the last one. A FIN with another number is
  // not the peer's.
  const bool is_fin_again = seg.control.fin && !seg.control.syn && seg.end() == tcb.rcv.nxt;
  if (tcb.state == State::TIME_WAIT && is_fin_again) restart_time_wait(tcb, cx);
  if (seg.seq < tcb.rcv.nxt) report_duplicate(tcb, seg);
  answer_unacceptable(tcb, seg, why, cx);
  return drop(reason, tcb, cx);
}

}  // namespace

// Departs: the first check of RFC 9293 section 3.10.7.4 refuses it. In a simultaneous open (Figure 7, line 6) the
// peer's SYN, ACK acknowledges our SYN, but its own SYN lies before the window by then. We accept it as if it had
// no SYN. You can see it: both ends of a simultaneous open are established.
bool is_crossing_syn_ack(const Tcb& tcb, const Segment& seg) {
  return tcb.state == State::SYN_RECEIVED && !tcb.passive && seg.control.syn && seg.control.ack &&
         !seg.control.rst && seg.seq == tcb.rcv.irs;
}

Next first_check_sequence_number(Tcb& tcb, const Segment& seg, Context& cx) {
  if (is_repeated_syn(tcb, seg)) return answer_repeated_syn(tcb, seg, cx);

  // Departs: RFC 9293 begins with sequence numbers. PAWS comes first (RFC 7323 section 5.3 R1), as in Linux
  // (`tcp_validate_incoming`). You can see it: a segment inside the window with an old timestamp gets an ACK and is
  // dropped as `paws`.
  if (is_paws_reject(tcb.ts, seg, cx.now)) {
    return not_acceptable(tcb, seg, Drop::paws,
                          {"timestamp older than TS.Recent", "RFC 7323 5.3 R1"}, cx);
  }
  const bool is_heard = is_acceptable(tcb, seg) || is_crossing_syn_ack(tcb, seg) ||
                        is_allowed_into_closed_window(tcb, seg);
  if (!is_heard) {
    constexpr Why kWhy = {"sequence number not acceptable", "RFC 9293 3.10.7.4 first"};
    if (!is_behind_taken_probe(tcb, seg))
      return not_acceptable(tcb, seg, Drop::out_of_window, kWhy, cx);
    answer_unacceptable(tcb, seg, kWhy, cx);
  }
  update_ts_recent(tcb, seg, cx.now);
  if (tcb.rcv.wnd == 0 && seg.len() > 0 && !seg.control.rst)
    owe_ack(tcb, {"text into a closed window", "RFC 9293 3.10.7.4 first"});
  return Next::go_on;
}

}  // namespace tcpstack::tcp
