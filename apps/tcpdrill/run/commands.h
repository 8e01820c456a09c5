// Commands in backquotes. No shell runs: this file reads the lines that scripts are known to use. Any other line is
// Unsupported.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/tcpdrill/run/knobs.h"
#include "apps/tcpdrill/run/world.h"

namespace tcpstack::drill {

// The settings that a preamble makes, in its order. If it calls a defaults.sh that exists, seen from the folder of
// `script`, its settings are among them.
std::vector<Sysctl> sysctls_of(std::string_view commands, const std::string& script);

// Runs a command between two events: a setting, or nstat, which reads the world's counters. Throws Mismatch if the named
// counter is zero.
void run_command(std::string_view commands, World& world);

}  // namespace tcpstack::drill
