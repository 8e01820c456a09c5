// 3.10.7.4, second: "check the RST bit".
#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/receive/ack_policy.h"
#include "stack/tcp/receive/window.h"

namespace tcpstack::tcp {

namespace {

// "2) If the RST bit is set and the sequence number exactly matches the next expected sequence number
// (RCV.NXT), then TCP endpoints MUST reset the connection in the manner prescribed below".
Next reset_by_peer(Tcb& tcb, Context& cx) {
  // Departs: RFC 9293 section 3.10.7.4 (second) deletes the TCB in TIME-WAIT. The connection stays, by RFC 1337
  // section 4: a late RST must not end TIME-WAIT early (its "assassination"). You can see it: after the RST a repeated
  // FIN still gets its ACK.
  if (tcb.state == State::TIME_WAIT) return drop(Drop::rst_in_time_wait, tcb, cx);
  cx.dropped(Drop::rst_taken, &tcb);
  switch (tcb.state) {
    case State::CLOSED:
    case State::LISTEN:
    case State::SYN_SENT: return Next::stop;
    case State::SYN_RECEIVED:
      // Passive (MUST-11): back to LISTEN. The listener is still there, so only this TCB ends.
      if (tcb.passive) {
        end(tcb, Error::reset,
            {"RST to a passive open: the listener goes on", "RFC 9293 3.10.7.4 second"}, cx);
      } else {
        end(tcb, Error::refused, {"RST: connection refused", "RFC 9293 3.10.7.4 second"}, cx);
      }
      return Next::stop;
    case State::ESTABLISHED:
    case State::FIN_WAIT_1:
    case State::FIN_WAIT_2:
      end(tcb, Error::reset, {"RST: connection reset", "RFC 9293 3.10.7.4 second"}, cx);
      return Next::stop;
    case State::CLOSE_WAIT:
      // Departs: RFC 9293 section 3.10.7.4 (second) gives 'reset' to SENDs in this state, too. The peer has closed its side
      // in order before, and now hears nobody: 'closing', as with Linux (`tcp_reset`). You can see it: a write fails with
      // EPIPE.
      end(tcb, Error::closing, {"RST: the peer no longer listens", "RFC 9293 3.10.7.4 second"}, cx);
      return Next::stop;
    case State::CLOSING:
    case State::LAST_ACK:
      // Departs: RFC 9293 section 3.10.7.4 (second) tells nobody. Text or our FIN was not acknowledged, so a user that
      // still looks hears of it, as with Linux (`tcp_reset`). You can see it: STATUS has the error.
      end(tcb, Error::reset, {"RST: the connection was closing", "RFC 9293 3.10.7.4 second"}, cx);
      return Next::stop;
    case State::TIME_WAIT: return Next::stop;
  }
  return Next::stop;
}

}  // namespace

Next second_check_rst(Tcb& tcb, const Segment& seg, Context& cx) {
  if (!seg.control.rst) return Next::go_on;
  // With any text: SHLD-2.
  if (seg.seq == tcb.rcv.nxt) return reset_by_peer(tcb, cx);
  // "1) If the RST bit is set and the sequence number is outside the current receive window, silently drop the
  // segment": its own number, wherever its text reaches.
  if (!is_in_window(tcb.rcv, seg.seq)) return drop(Drop::out_of_window, tcb, cx);
  // "3) If the RST bit is set and the sequence number does not exactly match the next expected sequence
  // value, yet is within the current receive window, TCP endpoints MUST send an acknowledgment (challenge
  // ACK)" (RFC 5961 section 3.2).
  const bool challenged = owe_challenge_ack(
      tcb, {"challenge ACK: RST inside the window, not at RCV.NXT", "RFC 9293 3.10.7.4 second"},
      cx);
  return drop(challenged ? Drop::rst_challenged : Drop::challenge_limit, tcb, cx);
}

}  // namespace tcpstack::tcp
