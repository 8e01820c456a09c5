// What tcpsim does once its command line is understood.
#pragma once

#include "apps/tcpsim/options.h"

namespace tcpstack::simulator {

// Prints a table, or with --seeds how far it is, and writes the files. True: everything holds that must. Throws
// std::runtime_error with a line for the user when a file cannot be written.
bool run(const Options& options);

}  // namespace tcpstack::simulator
