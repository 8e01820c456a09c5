// 3.10.7.1: "If the state is CLOSED (i.e., TCB does not exist)".
#include "stack/tcp/arrives.h"
#include "stack/tcp/reset.h"

namespace tcpstack::tcp {

void arrives_closed(const Segment& seg, Context& cx) {
  // "An incoming segment containing a RST is discarded."
  if (seg.control.rst) {
    cx.dropped(Drop::closed_got_rst);
    return;
  }
  // "An incoming segment not containing a RST causes a RST to be sent in response."
  owe_reset(seg, {"no such connection", "RFC 9293 3.10.7.1"}, cx);
  cx.dropped(Drop::closed_answered_rst);
}

}  // namespace tcpstack::tcp
