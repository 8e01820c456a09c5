// The program from its device to its last word.
#pragma once

#include "apps/tcpstack/options.h"

namespace tcpstack::app {

// Runs until a signal ends it. Throws std::exception with a line for the user, the remedy in it, when
// it cannot start or its device fails.
//
// The first SIGINT, SIGTERM or SIGHUP closes all connections in order, for up to five seconds; the
// second resets what is left and ends at once. Either way the capture is complete and the device as
// it was.
void run(Options options);

}  // namespace tcpstack::app
