// Decides what goes wrong with which packet, by the faults of fault.h. The same faults, seed and packets
// give the same decisions.
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

// One thing that is done to a packet.
struct Deed {
  std::string done;  // "dropped", "delayed by 300 ms"
  std::string why;   // the fault's text
};

// All that is done to a packet. Without deeds it passes, later only if the link's rate says so.
struct Verdict {
  bool drop = false;
  bool duplicate = false;
  bool hold = false;  // until the next packet in the same direction has passed
  Duration delay{};
  std::size_t corrupt_at = 0;    // the byte to be changed ...
  std::uint8_t corrupt_bit = 0;  // ... by this bit; 0: none is
  std::vector<Deed> deeds;
};

class FaultPlan {
 public:
  FaultPlan(const std::vector<Fault>& faults, std::uint64_t seed);

  [[nodiscard]] bool empty() const { return entries_.empty(); }

  // Requires that `now` does not decrease. Strikes IPv4 packets only, and counts no others.
  Verdict decide(trace::Direction direction, Bytes packet, Time now);

 private:
  struct Entry {
    Fault fault;
    base::Random random;     // its own, so that no fault shifts another's decisions
    std::uint32_t seen = 0;  // packets of its kind
    // When each packet will have left a link with a rate; one link for each direction.
    std::array<std::deque<Time>, 2> leaving;
  };

  static bool strikes(Entry& entry, Bytes packet);
  static void apply(Entry& entry, Bytes packet, Verdict& verdict);
  static void pass_link(Entry& entry, trace::Direction direction, std::size_t size, Time now,
                        Verdict& verdict);

  std::vector<Entry> entries_;
};

// "P. 3 bytes": control bits and text of a packet, for a line about it.
std::string brief(Bytes packet);

}  // namespace tcpstack::device
