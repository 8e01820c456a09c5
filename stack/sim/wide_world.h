// Random worlds that vary everything there is, and what an auditor says of them. random_world() of invariants.h keeps to
// fewer dimensions, so that its seeds keep their worlds.
#pragma once

#include <cstdint>
#include <string>

#include "stack/sim/world.h"

namespace tcpstack::sim {

// The path and the amounts of random_world(seed), and also: MTU, offload, window scaling, ECN with marks, pacing, Tahoe, Fast
// Open, keep-alives, SYN cookies, small buffers, slow users who close windows, urgent text, options that change under way.
WorldOptions random_wide_world(std::uint64_t seed);

// Runs the world, and once more on a path without faults. Returns the rules that it breaks; empty: none. Those of
// violations() and of Auditor; text sent again is bounded by what was lost, and what the RFCs allow besides; and the world
// costs no more segments than `kCostFactor` times the clean run, and `kCostConstant` more.
std::string audit(const WorldOptions& options);

// At most one packet in eight is lost or damaged, and each loss may cost its segment and its ACK once more.
inline constexpr double kCostFactor = 2;
// The retransmissions and repeated ACKs of SYN, SYN, ACK and both FINs.
inline constexpr std::uint64_t kCostConstant = 40;

}  // namespace tcpstack::sim
