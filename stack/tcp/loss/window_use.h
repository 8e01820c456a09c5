// Was cwnd used? It grows only while it is what limits the sender (RFC 9293 section 3.8.2, RFC 7661). If the user or
// the peer left much of it unused for an RTO, or nothing was sent for as long, it tells nothing of the network any
// more, and shrinks (RFC 2861, RFC 5681 section 4.1).
//
// A leaf: it sees numbers, all in bytes, and changes nothing but the window that it is given.
#pragma once

#include <cstdint>

#include "stack/base/time.h"
#include "stack/tcp/congestion/congestion.h"
#include "stack/tcp/seq.h"

namespace tcpstack::tcp {

struct WindowUse {
  bool in_full = false;    // all of cwnd was used in the window of data that ends at `until`
  std::uint32_t used = 0;  // the largest flight of that window of data
  Seq until;               // SND.NXT when in_full and used were measured
  std::uint32_t most_in_flight = 0;  // the largest flight since checked_at
  Time checked_at{};                 // when cwnd was last found to be used, or has shrunk

  void begin(Seq una, Time now);
  // A segment has left.
  void measure(const CongestionWindow& window, std::uint32_t in_flight, Seq una, Seq nxt);
  // May cwnd grow? In slow start if half of it was used, else if all of it was.
  [[nodiscard]] bool is_limit(const CongestionWindow& window) const;
  // Output has sent all that it may. Lets cwnd shrink towards what was used, if it was not the limit for an RTO.
  void validate(CongestionWindow& window, std::uint32_t in_flight, std::uint32_t initial_window,
                Duration rto, Time now);
  // Nothing was sent for longer than an RTO: cwnd is at most the initial window, RW = min(IW, cwnd).
  void restart(CongestionWindow& window, std::uint32_t initial_window, Time now);
};

}  // namespace tcpstack::tcp
