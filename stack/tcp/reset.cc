#include "stack/tcp/reset.h"

#include <cassert>

namespace tcpstack::tcp {

void owe_reset(const Segment& seg, Why why, Context& cx) {
  assert(!seg.control.rst);
  Reply reset{
      .source = seg.destination, .destination = seg.source, .seq = Seq(0), .ack = {}, .why = why};
  if (seg.control.ack) {
    reset.seq = seg.ack;
  } else {
    reset.ack = seg.end();
  }
  cx.replies.push(reset);
}

void owe_reset(const Tcb& tcb, Why why, Context& cx) {
  cx.replies.push({.source = tcb.local,
                   .destination = tcb.remote,
                   .seq = tcb.snd.nxt,
                   .ack = tcb.rcv.nxt,
                   .why = why});
}

}  // namespace tcpstack::tcp
