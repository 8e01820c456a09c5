// The rules that hold over any path, however bad, and random worlds to test them. The tests run thousands of
// worlds; `tcpsim --seeds N` runs N.
#pragma once

#include <cstdint>
#include <string>

#include "stack/sim/world.h"

namespace tcpstack::sim {

// A path with some of every fault, and one flow over it; a different one for each seed.
WorldOptions random_world(std::uint64_t seed);

// The rules that a world breaks after its run; empty: none. Every byte arrives once and in order. Both ends see the
// other's FIN and reach CLOSED without an error. No connection and no alarm is left. The run neither stalls nor
// overruns.
std::string violations(const World& world, const WorldOptions& options, Outcome outcome);

}  // namespace tcpstack::sim
