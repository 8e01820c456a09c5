// Reset generation, RFC 9293 section 3.5.2.
//
// A reset, or any other reply that belongs to no connection, waits in a small fixed ring until the
// driver polls. When the ring is full the newest is lost, as on a crowded network.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "stack/context.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

struct Reset {
  Endpoint source;
  Endpoint destination;
  Seq seq;
  std::optional<Seq> ack;  // with an ACK bit when present
  Why why;
};

class Resets {
 public:
  void push(const Reset& reset);
  std::optional<Reset> pop();

 private:
  static constexpr std::size_t kCapacity = 64;
  std::array<Reset, kCapacity> ring_{};
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

// Answers a segment that belongs to no connection, or acknowledges what was never sent:
//   ACK off:  <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>
//   ACK on:   <SEQ=SEG.ACK><CTL=RST>
// Requires that `seg` is no RST: a reset is never answered with one.
void owe_reset(const Segment& seg, Why why, Context& cx);

// Tells the peer that a connection is aborted: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=RST,ACK>. Linux sends
// the ACK bit along, the RFC's <SEQ=SND.NXT><CTL=RST> is the same to every receiver.
void owe_reset(const Tcb& tcb, Why why, Context& cx);

}  // namespace tcpstack::tcp
