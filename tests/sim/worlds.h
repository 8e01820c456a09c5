// Worlds for the tests of the simulator, and what must hold in each of them.
#pragma once

#include <cstdint>
#include <string>

#include "stack/sim/world.h"

namespace tcpstack::test {

// One flow of `bytes` over a path of 10 Mbit/s and 20 ms there and back, 100 packets in the queue.
sim::WorldOptions one_flow(std::uint64_t bytes, std::uint64_t seed = 1);

// Runs it, and says which of the invariants (sim/invariants.h) does not hold. Empty: all of them do.
std::string run(sim::World& world, const sim::WorldOptions& options);

// Bits of text per second that have arrived at the listener of a flow, over the rate of the forward link, headers
// of full-sized segments allowed for.
double share_of_bottleneck(const sim::World& world, const sim::WorldOptions& options,
                           std::size_t flow = 0);

}  // namespace tcpstack::test
