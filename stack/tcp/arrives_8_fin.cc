// 3.10.7.4, eighth: "check the FIN bit".
#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/receive/ack_policy.h"
#include "stack/tcp/receive/reassembly.h"
#include "stack/tcp/receive/window.h"

namespace tcpstack::tcp {

namespace {

// "Send an acknowledgment for the FIN."
// Linux: RFC 9293 section 3.10.7.4 (eighth) leaves the moment to us. In CLOSE-WAIT the ACK may wait to join our own
// FIN, unless no text was ever received, as in Linux (`tcp_fin`). You can see it: if the program closes at once, a
// goodbye has three packets (lab B).
void owe_ack_of_fin(Tcb& tcb, Context& cx) {
  const Why why{"acknowledgment of the FIN", "RFC 9293 3.10.7.4 eighth"};
  const bool text_was_received = distance(tcb.rcv.irs, tcb.rcv.nxt) > 2;
  if (tcb.state == State::CLOSE_WAIT && text_was_received) {
    owe_delayed_ack(tcb, why, cx);
  } else {
    owe_ack(tcb, why);
  }
}

void fin_arrived(Tcb& tcb, Context& cx) {
  switch (tcb.state) {
    case State::CLOSED:
    case State::LISTEN:
    case State::SYN_SENT: return;
    case State::SYN_RECEIVED:
    case State::ESTABLISHED:
      enter(tcb, State::CLOSE_WAIT, {"the peer has closed its side", "RFC 9293 3.10.7.4 eighth"},
            cx);
      return;
    case State::FIN_WAIT_1:
      // "If our FIN has been ACKed (perhaps in this segment), then enter TIME-WAIT": the fifth check
      // has already made that FIN_WAIT_2.
      enter(tcb, State::CLOSING, {"both sides close at the same time", "RFC 9293 3.10.7.4 eighth"},
            cx);
      return;
    case State::FIN_WAIT_2:
      enter_time_wait(tcb, {"the peer has closed its side too", "RFC 9293 3.10.7.4 eighth"}, cx);
      return;
    case State::CLOSE_WAIT:
    case State::CLOSING:
    case State::LAST_ACK:
    case State::TIME_WAIT: return;  // "Remain in the state": RCV.NXT is beyond the FIN.
  }
}

// Departs: RFC 9293 section 3.10.7.4 (eighth) processes the FIN of this segment. We process a FIN when all text before
// it has come: a FIN beyond a hole waits in tcb.fin, as in Linux (`tcp_ofo_queue`). You can see it: when the hole is
// filled, one ACK covers text and FIN.
void fin_came(Tcb& tcb, const Segment& seg, Context& cx) {
  const Seq fin = seg.text_end();
  if (is_past_fin(tcb)) {
    cx.dropped(Drop::fin_again, &tcb);
    return owe_ack(tcb, {"another FIN after the peer's", "RFC 9293 3.10.7.4 eighth"});
  }
  if (!is_in_window(tcb.rcv, fin)) {
    cx.dropped(Drop::text_no_room, &tcb);
    return owe_ack(tcb, {"FIN beyond the window", "RFC 9293 3.10.7.4 first"});
  }
  if (!note_fin(tcb, fin)) {
    cx.dropped(Drop::fin_before_text, &tcb);
    return owe_ack(tcb, {"FIN in front of text that has come", "Linux: tcp_data_queue_ofo"});
  }
  const bool is_alone = seg.text.empty();  // otherwise the seventh step owes the acknowledgment
  if (fin > tcb.rcv.nxt && is_alone)
    owe_duplicate_acks(tcb, 1, {"FIN out of order", "RFC 5681 4.2"});
}

}  // namespace

Next eighth_check_fin(Tcb& tcb, const Segment& seg, Context& cx) {
  if (tcb.state == State::CLOSED) return Next::stop;
  if (seg.control.fin) fin_came(tcb, seg, cx);
  if (!is_fin_next(tcb)) return Next::stop;

  // "Advance RCV.NXT over the FIN".
  pass_fin(tcb);
  fin_arrived(tcb, cx);
  owe_ack_of_fin(tcb, cx);
  // "Signal the user 'connection closing'": the end, without an error (MUST-12).
  tcb.events.readable = true;
  return Next::stop;
}

}  // namespace tcpstack::tcp
