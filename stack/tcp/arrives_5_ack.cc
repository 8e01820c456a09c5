// 3.10.7.4, fifth: "check the ACK field".
#include "stack/tcp/acknowledgment.h"
#include "stack/tcp/agreed/timestamps.h"
#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/fast_open.h"
#include "stack/tcp/keepalive.h"
#include "stack/tcp/receive/ack_policy.h"
#include "stack/tcp/reset.h"

namespace tcpstack::tcp {

namespace {

// ESTABLISHED's part, on which every later state builds.
// Departs: RFC 9293 section 3.10.7.4 (fifth) ignores an old ACK and goes on. By RFC 5961 section 5.2 (MAY-12) an
// ACK of unsent text, or one older than the largest window, is a blind attacker's: it gets a challenge ACK, as in
// Linux (`tcp_ack`). You can see it: the text of such a segment is dropped as `ack_unacceptable`.
Next acknowledge_in_established(Tcb& tcb, const Segment& seg, Context& cx) {
  if (!is_ack_in_range(tcb.snd, seg.ack)) {
    owe_challenge_ack(
        tcb, {"challenge ACK: it acknowledges what we never sent", "RFC 9293 3.10.7.4 fifth"}, cx);
    return drop(Drop::ack_unacceptable, tcb, cx);
  }
  heard_from_peer(tcb, cx);
  // "If the ACK is a duplicate (SEG.ACK =< SND.UNA), it can be ignored": but not its SACK blocks.
  if (tcb.snd.una <= seg.ack) {
    accept_ack(tcb, seg, cx);
  } else {
    accept_old_ack(tcb, seg, cx);
  }
  update_send_window(tcb, seg, cx);
  return Next::go_on;
}

Next check_in_syn_received(Tcb& tcb, const Segment& seg, Context& cx) {
  if (seg.ack <= tcb.snd.una || tcb.snd.nxt < seg.ack) {
    owe_reset(seg, {"it acknowledges what we never sent", "RFC 9293 3.10.7.4 fifth"}, cx);
    return drop(Drop::ack_in_syn_received, tcb, cx);
  }
  establish(tcb, {"our SYN is acknowledged", "RFC 9293 3.10.7.4 fifth"}, cx);
  // "With variables set to: SND.WND <- SEG.WND, SND.WL1 <- SEG.SEQ, SND.WL2 <- SEG.ACK".
  tcb.snd.wl1 = seg.seq;
  tcb.snd.wl2 = seg.ack;
  const Next next = acknowledge_in_established(tcb, seg, cx);
  if (!tcb.passive) repeat_text_of_syn(tcb, cx);
  // The user has called CLOSE during the handshake: "queue for processing after entering ESTABLISHED state"
  // (3.10.4).
  if (tcb.fin_queued)
    enter(tcb, State::FIN_WAIT_1, {"CLOSE was waiting for ESTABLISHED", "RFC 9293 3.10.4"}, cx);
  return next;
}

Next check_in_fin_wait_1(Tcb& tcb, const Segment& seg, Context& cx) {
  if (acknowledge_in_established(tcb, seg, cx) == Next::stop) return Next::stop;
  if (!is_fin_acknowledged(tcb)) return Next::go_on;
  enter(tcb, State::FIN_WAIT_2, {"our FIN is acknowledged", "RFC 9293 3.10.7.4 fifth"}, cx);
  // Linux: RFC 9293 has no timeout in FIN-WAIT-2. If the user has given the connection back, it ends after 60 s, as
  // in Linux (`tcp_fin_timeout`). You can see it: a FIN that comes later gets a RST.
  if (tcb.released)
    tcb.alarms.set(AlarmKind::fin_wait_2, cx.now + cx.config.tcp.fin_wait_2_timeout);
  return Next::go_on;
}

// "Otherwise, ignore the segment."
Next ignore_the_rest(const Tcb& tcb, const Segment& seg, Context& cx) {
  return seg.len() > 0 ? drop(Drop::text_after_fin, tcb, cx) : Next::stop;
}

Next check_in_closing(Tcb& tcb, const Segment& seg, Context& cx) {
  if (acknowledge_in_established(tcb, seg, cx) == Next::stop) return Next::stop;
  if (!is_fin_acknowledged(tcb)) return ignore_the_rest(tcb, seg, cx);
  enter_time_wait(tcb, {"our FIN is acknowledged, theirs has come", "RFC 9293 3.10.7.4 fifth"}, cx);
  return Next::go_on;
}

// "The only thing that can arrive in this state is an acknowledgment of our FIN."
Next check_in_last_ack(Tcb& tcb, const Segment& seg, Context& cx) {
  if (acknowledge_in_established(tcb, seg, cx) == Next::stop) return Next::stop;
  if (is_fin_acknowledged(tcb))
    end(tcb, Error::none, {"our FIN is acknowledged", "RFC 9293 3.10.7.4 fifth"}, cx);
  return ignore_the_rest(tcb, seg, cx);
}

// "The only thing that can arrive in this state is a retransmission of the remote FIN": the first check has answered
// it, because it lies left of the window.
// Departs: RFC 9293 section 3.10.7.4 (fifth) acknowledges whatever else comes, and restarts the 2 MSL timeout. We do
// not answer an ACK that is good: after Figure 13 both ends would answer each other for ever. Text and another FIN get
// an ACK, but only the peer's own FIN again restarts the timeout, or else anybody could keep TIME-WAIT alive. You can see
// it: TIME-WAIT ends 60 s after the peer's FIN last came, whatever came since.
Next check_in_time_wait(Tcb& tcb, const Segment& seg, Context& cx) {
  const Why why{"nothing but a FIN is of use in TIME_WAIT", "RFC 9293 3.10.7.4 fifth"};
  if (!is_ack_in_range(tcb.snd, seg.ack)) {
    owe_challenge_ack(tcb, why, cx);
    return drop(Drop::ack_unacceptable, tcb, cx);
  }
  if (seg.len() > 0) owe_ack(tcb, why);
  return drop(Drop::time_wait_segment, tcb, cx);
}

}  // namespace

Next fifth_check_ack(Tcb& tcb, const Segment& seg, Context& cx) {
  // "If the ACK bit is off, drop the segment and return."
  if (!seg.control.ack) return drop(Drop::no_ack_bit, tcb, cx);
  // After the checks of RFC 5961: its challenge ACKs must reach a peer that has restarted and knows no timestamps.
  if (lacks_timestamp(tcb.ts, seg) && !cx.config.tcp.accept_missing_timestamps &&
      is_ack_in_range(tcb.snd, seg.ack))
    return drop(Drop::timestamp_missing, tcb, cx);
  switch (tcb.state) {
    case State::CLOSED:
    case State::LISTEN:
    case State::SYN_SENT: return Next::stop;
    case State::SYN_RECEIVED: return check_in_syn_received(tcb, seg, cx);
    case State::ESTABLISHED: return acknowledge_in_established(tcb, seg, cx);
    case State::FIN_WAIT_1: return check_in_fin_wait_1(tcb, seg, cx);
    case State::FIN_WAIT_2: return acknowledge_in_established(tcb, seg, cx);
    case State::CLOSE_WAIT: return acknowledge_in_established(tcb, seg, cx);
    case State::CLOSING: return check_in_closing(tcb, seg, cx);
    case State::LAST_ACK: return check_in_last_ack(tcb, seg, cx);
    case State::TIME_WAIT: return check_in_time_wait(tcb, seg, cx);
  }
  return Next::stop;
}

}  // namespace tcpstack::tcp
