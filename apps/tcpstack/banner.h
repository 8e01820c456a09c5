// The program's words at its start and at its end, as text or as one JSON object.
//
// The line that begins with "ready" (event "ready" in JSON) is for scripts: every service then listens, and the
// kernel's end is up.
#pragma once

#include <cstdint>
#include <string>

#include "apps/tcpstack/options.h"
#include "stack/trace/counters.h"

namespace tcpstack::app {

// The listening services, and commands to try next. Ends with a newline.
std::string banner(const Options& options);

// Segments, retransmissions, and each drop by its name. Ends with a newline. `lost` counts the packets
// that the device did not take.
std::string summary(const Options& options, const Counters& counters, std::uint64_t lost);

}  // namespace tcpstack::app
