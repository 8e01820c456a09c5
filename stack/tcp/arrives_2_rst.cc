// 3.10.7.4, second: "check the RST bit".
#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/receive/ack_policy.h"

namespace tcpstack::tcp {

namespace {

// "2) If the RST bit is set and the sequence number exactly matches the next expected sequence number
// (RCV.NXT), then TCP endpoints MUST reset the connection in the manner prescribed below".
Next reset_by_peer(Tcb& tcb, Context& cx) {
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
    case State::CLOSE_WAIT:
      end(tcb, Error::reset, {"RST: connection reset", "RFC 9293 3.10.7.4 second"}, cx);
      return Next::stop;
    case State::CLOSING:
    case State::LAST_ACK:
      end(tcb, Error::none, {"RST: the connection was closing", "RFC 9293 3.10.7.4 second"}, cx);
      return Next::stop;
    case State::TIME_WAIT:
      // Departs: RFC 9293 section 3.10.7.4 (second) deletes the TCB here. The connection stays, by RFC 1337 section
      // 4: a late RST must not end TIME-WAIT early (its "assassination"). You can see it: after the RST a repeated
      // FIN still gets its ACK.
      return Next::stop;
  }
  return Next::stop;
}

}  // namespace

Next second_check_rst(Tcb& tcb, const Segment& seg, Context& cx) {
  if (!seg.control.rst) return Next::go_on;
  // With any text: SHLD-2.
  if (seg.seq == tcb.rcv.nxt) return reset_by_peer(tcb, cx);
  // "3) If the RST bit is set and the sequence number does not exactly match the next expected sequence
  // value, yet is within the current receive window, TCP endpoints MUST send an acknowledgment (challenge
  // ACK)" (RFC 5961 section 3.2).
  owe_challenge_ack(
      tcb, {"challenge ACK: RST inside the window, not at RCV.NXT", "RFC 9293 3.10.7.4 second"},
      cx);
  return drop(Drop::rst_challenged, tcb, cx);
}

}  // namespace tcpstack::tcp
