// Decides which faults of fault.h hit which packet. The same faults, seed and packets give the same decisions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "stack/base/bytes.h"
#include "stack/base/random.h"
#include "stack/base/time.h"
#include "stack/device/fault.h"
#include "stack/trace/observer.h"

namespace tcpstack::device {

// One action on a packet.
struct Deed {
  std::string done;  // "dropped", "delayed by 300 ms"
  std::string why;   // the fault's text
};

// All actions on a packet. Without any it passes, delayed only by a link's rate.
struct Verdict {
  bool drop = false;
  bool duplicate = false;
  bool hold = false;  // until the next packet in the same direction has passed
  Duration delay{};
  std::size_t corrupt_at = 0;    // the byte to change
  std::uint8_t corrupt_bit = 0;  // the bits of it to invert; 0: none
  std::vector<Deed> deeds;
};

class FaultPlan {
 public:
  FaultPlan(const std::vector<Fault>& faults, std::uint64_t seed);

  [[nodiscard]] bool empty() const { return entries_.empty(); }

  // Requires: `now` does not decrease. Only IPv4 packets count, and only they are hit.
  Verdict decide(trace::Direction direction, Bytes packet, Time now);

 private:
  struct Entry {
    Fault fault;
    base::Random random;     // one for each, so that no fault shifts another's decisions
    std::uint32_t seen = 0;  // packets of its kind
    // The times at which packets leave a link with a rate; one link for each direction.
    std::array<std::deque<Time>, 2> leaving;
  };

  static bool strikes(Entry& entry, Bytes packet);
  static void apply(Entry& entry, Bytes packet, Verdict& verdict);
  static void pass_link(Entry& entry, trace::Direction direction, std::size_t size, Time now,
                        Verdict& verdict);

  std::vector<Entry> entries_;
};

// "P. 3 bytes": control bits and text size of a packet, for a line about it.
std::string brief(Bytes packet);

}  // namespace tcpstack::device
