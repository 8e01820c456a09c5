// The whole run of the program.
#pragma once

#include "apps/tcpstack/options.h"

namespace tcpstack::app {

// Runs until a signal ends it. Throws std::exception with a line for the user, with the remedy, if it cannot start
// or its device fails.
//
// The first SIGINT, SIGTERM or SIGHUP closes all connections in order, for up to five seconds. The second one
// resets the rest and ends at once. In either case the capture is complete and the device restored.
void run(Options options);

}  // namespace tcpstack::app
