// The work of tcpdrill: finds the scripts, runs them, prints the verdicts.
#pragma once

#include <string>

#include "apps/tcpdrill/options.h"

namespace tcpstack::drill {

// Returns the exit code: 0 all passed, 1 one did not, 2 a script could not be read or is malformed. Throws
// std::runtime_error if a file cannot be read or written.
int run(const Options& options, const std::string& program);

}  // namespace tcpstack::drill
