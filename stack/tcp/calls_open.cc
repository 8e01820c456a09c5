// 3.10.1: OPEN.
#include "stack/tcp/calls.h"

namespace tcpstack::tcp {

void call_open(Tcb& tcb, Context& cx) {
  // "An initial send sequence number (ISS) is selected. A SYN segment of the form <SEQ=ISS><CTL=SYN> is
  // sent. Set SND.UNA to ISS, SND.NXT to ISS+1, enter SYN-SENT state": output sends it.
  ++cx.counters.active_opens;
  enter(tcb, State::SYN_SENT, {"active OPEN", "RFC 9293 3.10.1"}, cx);
}

}  // namespace tcpstack::tcp
