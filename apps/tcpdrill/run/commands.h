// Commands in backquotes. No shell runs: this file reads the lines that scripts are known to use. Any other line is
// Unsupported.
#pragma once

#include <string_view>
#include <vector>

#include "apps/tcpdrill/run/knobs.h"
#include "apps/tcpdrill/run/world.h"

namespace tcpstack::drill {

// The settings that a preamble makes, in its order.
std::vector<Sysctl> sysctls_of(std::string_view commands);

// Runs a command between two events, which must not change a running world. nstat reads its counters; throws
// Mismatch if the named counter is zero.
void run_command(std::string_view commands, World& world);

}  // namespace tcpstack::drill
