// One direction of a link: a queue before a line with a rate, then the way to the other side.
//
//   send -> [queue, in packets] -> line (rate) -> impairment -> propagation delay -> take
//
// A full queue drops a packet, like a router without active queue management. The link computes everything when the
// packet is sent, and has no alarms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "stack/base/time.h"
#include "stack/sim/impairment.h"

namespace tcpstack::sim {

struct LinkOptions {
  std::uint64_t rate = 0;    // bits per second; 0: without limit
  Duration delay{0};         // propagation delay
  std::size_t queue = 1000;  // packets, the one on the line included
  ImpairmentOptions impairment;
};

// A packet on its way to a host of the world.
struct Packet {
  std::size_t to = 0;
  std::vector<std::uint8_t> bytes;
  Duration detour{0};  // its way is so much longer than that of others
};

struct LinkFigures {
  std::uint64_t sent = 0;        // packets given to the link
  std::uint64_t queue_full = 0;  // dropped by the queue
  std::uint64_t lost = 0;        // by the impairment
};

class Link {
 public:
  Link(const LinkOptions& options, std::uint64_t seed)
      : options_(options), impairment_(options.impairment, seed) {}

  // Returns whether the packet will arrive as it was sent.
  bool send(Packet packet, Time now);
  // The arrival time of the next packet, if there is one.
  [[nodiscard]] std::optional<Time> next_arrival() const;
  // Removes and returns the next packet. Requires one.
  Packet take();
  [[nodiscard]] const LinkFigures& figures() const { return figures_; }

 private:
  [[nodiscard]] Duration time_on_line(std::size_t size) const;
  bool is_full(Time now);

  LinkOptions options_;
  Impairment impairment_;
  LinkFigures figures_;
  std::deque<Time> leave_queue_;  // of the queued packets, in order
  Time line_free_{};
  Time last_arrival_{};
  std::multimap<Time, Packet> on_its_way_;  // equal times: in the order of insertion
};

}  // namespace tcpstack::sim
