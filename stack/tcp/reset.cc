#include "stack/tcp/reset.h"

#include <cassert>

#include "stack/tcp/agreed/timestamps.h"

namespace tcpstack::tcp {

void owe_reset(const Segment& seg, Why why, Context& cx) {
  assert(!seg.control.rst);
  Reply reset{.source = seg.destination,
              .destination = seg.source,
              .seq = Seq(0),
              .ack = {},
              .dscp = seg.dscp,
              .why = why};
  if (seg.control.ack) {
    reset.seq = seg.ack;
  } else {
    reset.ack = seg.end();
  }
  cx.replies.push(reset);
}

void owe_reset(const Tcb& tcb, Why why, Context& cx) {
  Reply reset{.source = tcb.local,
              .destination = tcb.remote,
              .seq = tcb.snd.nxt,
              .ack = tcb.rcv.nxt,
              .dscp = tcb.options->dscp,
              .why = why};
  // RFC 7323 section 3.2: the option "SHOULD be sent in an <RST> segment".
  if (tcb.ts.ok) reset.options.timestamps = {timestamp_clock(tcb.ts, cx.now), tcb.ts.recent};
  cx.replies.push(reset);
}

}  // namespace tcpstack::tcp
