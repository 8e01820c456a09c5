#include "stack/tcp/reset.h"

#include <cassert>

#include "stack/tcp/agreed/timestamps.h"
#include "stack/tcp/send/acceptable_seq.h"

namespace tcpstack::tcp {

namespace {

// RFC 7323 section 3.2: the option "SHOULD be sent in an <RST> segment".
void stamp(Reply& reset, const Tcb& tcb, const Context& cx) {
  if (tcb.ts.ok) reset.options.timestamps = {timestamp_clock(tcb.ts, cx.now), tcb.ts.recent};
}

}  // namespace

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
  if (!cx.replies.push(reset)) cx.dropped(Drop::reply_limit);
}

void owe_reset(const Tcb& tcb, const Segment& seg, Why why, Context& cx) {
  assert(seg.control.ack && !seg.control.rst);
  Reply reset{
      .source = tcb.local, .destination = tcb.remote, .seq = seg.ack, .ack = {}, .why = why};
  stamp(reset, tcb, cx);
  cx.replies.push_reset_of_connection(reset);
}

void owe_reset(const Tcb& tcb, Why why, Context& cx) {
  Reply reset{.source = tcb.local,
              .destination = tcb.remote,
              .seq = acceptable_seq(tcb),
              .ack = tcb.rcv.nxt,
              .dscp = tcb.options->dscp,
              .why = why};
  stamp(reset, tcb, cx);
  cx.replies.push_reset_of_connection(reset);
}

}  // namespace tcpstack::tcp
