// What must hold over any path, however bad, and worlds at random to see whether it does. The tests run thousands
// of them, tcpsim --seeds as many as you like.
#pragma once

#include <cstdint>
#include <string>

#include "stack/sim/world.h"

namespace tcpstack::sim {

// A path with a bit of everything that can go wrong, and one flow over it; another one for each seed.
WorldOptions random_world(std::uint64_t seed);

// What does not hold of a world after its run: every byte arrives once and in order, both ends see the other's FIN
// and reach CLOSED without an error, no connection and no alarm is left, and it neither stalls nor overruns.
// Empty: all of it holds.
std::string violations(const World& world, const WorldOptions& options, Outcome outcome);

}  // namespace tcpstack::sim
