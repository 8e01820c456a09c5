// A bad network between two stacks: it loses, doubles, delays, reorders and fragments packets and turns bits, as the
// input says, and its MTU may be small. When the input is used up, it does nothing of this any more.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "stack/base/time.h"
#include "stack/packet.h"
#include "tests/fuzz/input.h"
#include "tests/support/packets.h"

namespace tcpstack::test {

// A packet on its way to end 0 or 1.
struct Carried {
  std::size_t to = 0;
  Packet bytes;
  Offload offload;
};

class Network {
 public:
  explicit Network(Input& input);

  // From end `from`. A receiver with offload takes super-segments and vouched checksums as they are.
  void send(std::size_t from, const TxPacket& packet, bool receiver_offloads, Time now);
  [[nodiscard]] std::optional<Time> next_arrival() const;
  // Requires next_arrival().
  Carried take();

  // Packets that did not arrive, or not unchanged.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  // The smallest MTU of the path.
  [[nodiscard]] std::uint16_t mtu() const { return mtu_; }
  [[nodiscard]] bool is_good() const { return input_.empty(); }

 private:
  void carry(Carried packet, Time now);
  void carry_whole(std::size_t from, Packet packet, Time now);
  void report_small_link(std::size_t to, const Packet& packet, Time now);

  Input& input_;
  std::uint16_t mtu_;
  Duration delay_;
  unsigned faults_;  // percent of the packets
  std::uint64_t lost_ = 0;
  std::multimap<Time, Carried> on_its_way_;
};

}  // namespace tcpstack::test
