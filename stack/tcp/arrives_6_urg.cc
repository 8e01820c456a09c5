// 3.10.7.4, sixth: "check the URG bit". RFC 6093 section 3.1: urgent data is read in line, the pointer is a hint.
#include "stack/tcp/arrives.h"

namespace tcpstack::tcp {

namespace {

// "RCV.UP <- max(RCV.UP,SEG.UP), and signal the user that the remote side has urgent data if the urgent pointer is
// in advance of the data consumed" (MUST-32: each time that it moves on).
void take_urgent_pointer(Tcb& tcb, Seq up) {
  if (up <= tcb.rcv.up) return;
  tcb.rcv.up = up;
  if (up > read_position(tcb)) tcb.events.urgent = true;
}

}  // namespace

Next sixth_check_urg(Tcb& tcb, const Segment& seg, Context& /*cx*/) {
  if (!seg.control.urg) return Next::go_on;
  switch (tcb.state) {
    case State::CLOSED:
    case State::LISTEN:
    case State::SYN_SENT: return Next::stop;
    case State::ESTABLISHED:
    case State::FIN_WAIT_1:
    case State::FIN_WAIT_2:
      // MUST-31: of any length, also beyond the segment's end.
      take_urgent_pointer(tcb, seg.seq + seg.up);
      return Next::go_on;
    case State::SYN_RECEIVED:
    case State::CLOSE_WAIT:
    case State::CLOSING:
    case State::LAST_ACK:
    case State::TIME_WAIT:
      // "This should not occur since a FIN has been received from the remote side. Ignore the URG."
      return Next::go_on;
  }
  return Next::go_on;
}

}  // namespace tcpstack::tcp
