#include "stack/tcp/reset.h"

#include <cassert>

namespace tcpstack::tcp {

void Resets::push(const Reset& reset) {
  if (size_ == kCapacity) return;
  ring_[(first_ + size_) % kCapacity] = reset;
  ++size_;
}

std::optional<Reset> Resets::pop() {
  if (size_ == 0) return std::nullopt;
  const Reset reset = ring_[first_];
  first_ = (first_ + 1) % kCapacity;
  --size_;
  return reset;
}

void owe_reset(const Segment& seg, Why why, Context& cx) {
  assert(!seg.control.rst);
  Reset reset{
      .source = seg.destination, .destination = seg.source, .seq = Seq(0), .ack = {}, .why = why};
  if (seg.control.ack) {
    reset.seq = seg.ack;
  } else {
    reset.ack = seg.end();
  }
  cx.resets.push(reset);
}

void owe_reset(const Tcb& tcb, Why why, Context& cx) {
  cx.resets.push({.source = tcb.local,
                  .destination = tcb.remote,
                  .seq = tcb.snd.nxt,
                  .ack = tcb.rcv.nxt,
                  .why = why});
}

}  // namespace tcpstack::tcp
