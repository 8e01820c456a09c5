// Tahoe: slow start, congestion avoidance and fast retransmit, without fast recovery (4.3BSD-Tahoe, 1988; RFC 2001
// tells its story). It is Reno but for one thing: whatever shows a loss, cwnd begins again with one segment.
//
// For comparison only: RFC 5681 section 3.2 has fast recovery since. The two side by side show what it brings:
//
//   build/tcpsim --flow tahoe --flow reno --loss 1% --plot x.svg
#pragma once

#include <memory>

#include "stack/tcp/congestion/reno.h"

namespace tcpstack::tcp {

class Tahoe : public Reno {
 public:
  [[nodiscard]] const char* name() const override { return "tahoe"; }
  [[nodiscard]] bool has_fast_recovery() const override { return false; }
};

inline std::unique_ptr<CongestionControl> make_tahoe() { return std::make_unique<Tahoe>(); }

}  // namespace tcpstack::tcp
