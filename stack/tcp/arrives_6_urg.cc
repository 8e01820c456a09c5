// 3.10.7.4, sixth: "check the URG bit". RFC 6093: urgent data is read in line, the pointer is a hint.
#include "stack/tcp/arrives.h"

namespace tcpstack::tcp {

Next sixth_check_urg(Tcb& tcb, const Segment& seg, Context& /*cx*/) {
  if (!seg.control.urg) return Next::go_on;
  switch (tcb.state) {
    case State::CLOSED:
    case State::LISTEN:
    case State::SYN_SENT: return Next::stop;
    case State::ESTABLISHED:
    case State::FIN_WAIT_1:
    case State::FIN_WAIT_2:
      // MUST-31: of any length, beyond the segment's end too.
      tcb.rcv.up = later(tcb.rcv.up, seg.seq + seg.up);  // RCV.UP <- max(RCV.UP,SEG.UP)
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
