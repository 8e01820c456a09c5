// How fast the network delivers: draft-cheng-iccrg-delivery-rate-estimation, with its names. A figure for people;
// nothing in the stack depends on it.
//
// Each segment remembers how much had been delivered when it was sent. When it arrives itself, what was delivered
// since then, divided by the time that took, is a sample. The time is that of sending or of acknowledging, whichever
// was longer, since ACKs may come compressed. A leaf.
#pragma once

#include <cstdint>

#include "stack/base/time.h"
#include "stack/tcp/loss/ack_news.h"
#include "stack/tcp/loss/sent.h"

namespace tcpstack::tcp {

struct DeliveryRate {
  std::uint64_t delivered = 0;  // C.delivered, in bytes
  Time delivered_at{};          // C.delivered_time
  Time first_sent_at{};         // C.first_sent_time
  std::uint64_t rate = 0;       // bytes a second; 0: not measured
  // C.app_limited: samples of what is sent before this many bytes are delivered show the user, not the path. Zero: they
  // show the path. At first there was nothing to send.
  std::uint64_t limited_until = 1;
  bool app_limited = false;  // `rate` was measured while the user limited it

  // Section 3.2: a segment with text leaves, for the first time or again. `in_flight`: the bytes in flight before it.
  void stamp(Sent& record, std::uint32_t in_flight, Time now);
  // Section 3.3: an acknowledgment has delivered text. Returns the rate that it shows; 0: none.
  std::uint64_t measure(const AckNews& news, Duration min_rtt, Time now);
  // Section 3.4: output has sent all that the user had, and cwnd would take more.
  void limit(std::uint32_t in_flight);
};

}  // namespace tcpstack::tcp
