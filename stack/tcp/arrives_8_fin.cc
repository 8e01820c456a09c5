// 3.10.7.4, eighth: "check the FIN bit".
#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/receive/ack_policy.h"

namespace tcpstack::tcp {

namespace {

// "Send an acknowledgment for the FIN."
// Linux: RFC 9293 section 3.10.7.4 (eighth) leaves the moment to us. In CLOSE-WAIT the ACK may wait to join our own
// FIN, unless no text was ever received, as in Linux (`tcp_fin`). You can see it: if the program closes at once, a
// goodbye has three packets (lab B).
void owe_ack_of_fin(Tcb& tcb, Context& cx) {
  const Why why{"acknowledgment of the FIN", "RFC 9293 3.10.7.4 eighth"};
  const bool text_was_received = tcb.rcv.nxt - tcb.rcv.irs > 2;
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
    case State::LAST_ACK: return;  // "Remain in the state."
    case State::TIME_WAIT: restart_time_wait(tcb, cx); return;
  }
}

}  // namespace

Next eighth_check_fin(Tcb& tcb, const Segment& seg, Context& cx) {
  if (tcb.state == State::CLOSED) return Next::stop;
  // Departs: RFC 9293 section 3.10.7.4 (eighth) processes the FIN of this segment. We process a FIN when all text
  // before it has come: a FIN beyond a hole waits in tcb.fin, as in Linux (`tcp_ofo_queue`). You can see it: when
  // the hole is filled, one ACK covers text and FIN.
  if (seg.control.fin) {
    if (!tcb.fin) tcb.fin = seg.text_end();
    if (*tcb.fin > tcb.rcv.nxt) owe_ack(tcb, {"FIN out of order", "RFC 5681 4.2"});
  }
  if (!tcb.fin || *tcb.fin != tcb.rcv.nxt) return Next::stop;

  // "Advance RCV.NXT over the FIN". Held text beyond it cannot be honest.
  tcb.out_of_order.drop();
  tcb.rcv.nxt += 1;
  if (tcb.rcv.wnd > 0) tcb.rcv.wnd -= 1;
  fin_arrived(tcb, cx);
  owe_ack_of_fin(tcb, cx);
  // "Signal the user 'connection closing'": the end, without an error (MUST-12).
  tcb.events.readable = true;
  return Next::stop;
}

}  // namespace tcpstack::tcp
