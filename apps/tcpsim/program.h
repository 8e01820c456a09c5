// The work of tcpsim, after its command line.
#pragma once

#include "apps/tcpsim/options.h"

namespace tcpstack::simulator {

// Prints a table, or with --seeds the progress, and writes the files. Returns true if all rules hold. Throws
// std::runtime_error with a line for the user if a file cannot be written.
bool run(const Options& options);

}  // namespace tcpstack::simulator
