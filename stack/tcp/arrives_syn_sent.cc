// 3.10.7.3: "If the state is SYN-SENT".
#include "stack/tcp/acknowledgment.h"
#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/fast_open.h"
#include "stack/tcp/keepalive.h"
#include "stack/tcp/loss/scoreboard.h"
#include "stack/tcp/receive/ack_policy.h"
#include "stack/tcp/receive/window.h"
#include "stack/tcp/reset.h"

namespace tcpstack::tcp {

namespace {

bool is_ack_acceptable(const Tcb& tcb, const Segment& seg) {
  return tcb.snd.una < seg.ack && seg.ack <= tcb.snd.nxt;
}

// "If the RST bit is set" ...
Next check_rst(Tcb& tcb, const Segment& seg, Context& cx) {
  // "A potential blind reset attack is described in RFC 5961": only an acknowledgment of our SYN
  // proves that the peer has seen it.
  if (!seg.control.ack) return drop(Drop::syn_sent_bad_ack, tcb, cx);
  cx.dropped(Drop::rst_taken, &tcb);
  end(tcb, Error::refused, {"RST in answer to our SYN: connection refused", "RFC 9293 3.10.7.3"},
      cx);
  return Next::stop;
}

}  // namespace

Next arrives_syn_sent(Tcb& tcb, const Segment& seg, Context& cx) {
  // "First, check the ACK bit".
  if (seg.control.ack && !is_ack_acceptable(tcb, seg)) {
    if (!seg.control.rst)
      owe_reset(seg, {"it acknowledges what we never sent", "RFC 9293 3.10.7.3"}, cx);
    return drop(Drop::syn_sent_bad_ack, tcb, cx);
  }
  // "Second, check the RST bit".
  if (seg.control.rst) return check_rst(tcb, seg, cx);
  // "Third, check the security": compartments of RFC 791 are not implemented.
  // "Fifth, if neither of the SYN or RST bits is set, then drop the segment and return."
  if (!seg.control.syn) return drop(Drop::syn_sent_unexpected, tcb, cx);

  // "Fourth, check the SYN bit".
  heard_from_peer(tcb, cx);
  take_options_of_syn(tcb, seg, cx);
  learn_cookie(tcb, seg, cx);
  if (seg.control.ack) accept_ack(tcb, seg, cx);
  tcb.snd.wnd = scaled_window(tcb, seg);
  tcb.snd.max_wnd = tcb.snd.wnd;
  tcb.snd.wl1 = seg.seq;
  tcb.snd.wl2 = seg.ack;

  if (tcb.snd.una > tcb.snd.iss) {
    establish(tcb, {"SYN, ACK: our SYN is acknowledged", "RFC 9293 3.10.7.3"}, cx);
    owe_ack(tcb, {"the third packet of the handshake", "RFC 9293 3.10.7.3"});
    repeat_text_of_syn(tcb, cx);
  } else {
    // Simultaneous open (MUST-10): our SYN leaves again, now with an acknowledgment of the peer's.
    enter(tcb, State::SYN_RECEIVED, {"SYN without ACK: simultaneous open", "RFC 9293 3.10.7.3"},
          cx);
    if (!tcb.flight.empty()) {
      fall_back_to_plain_syn(tcb, cx);
      lose_oldest(tcb);
    }
    // "If there are other controls or text in the segment, queue them for processing after the ESTABLISHED
    // state has been reached, return."
    keep_text_of_syn(tcb, seg, cx);
    return Next::stop;
  }
  return Next::go_on;
}

}  // namespace tcpstack::tcp
