// An observer of every packet between a runtime's stack and its device: for captures.
#pragma once

#include "stack/base/bytes.h"
#include "stack/base/time.h"
#include "stack/packet.h"

namespace tcpstack::runtime {

class packet_tap {
 public:
  virtual ~packet_tap() = default;

  // A packet that the stack has processed; the observer has seen the events before. `now` is the runtime's time,
  // which the stack got, too.
  virtual void received(Bytes packet, Time now) = 0;

  // A packet that the device has taken. A super-segment is one packet.
  virtual void sent(const TxPacket& packet, Time now) = 0;
};

}  // namespace tcpstack::runtime
