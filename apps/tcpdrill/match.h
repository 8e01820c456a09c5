// Is a segment that was sent the one that the script expects?
#pragma once

#include <string>

#include "apps/tcpdrill/flow.h"
#include "apps/tcpdrill/script.h"
#include "apps/tcpdrill/switches.h"

namespace tcpstack::drill {

// What differs, field by field: "window: 65535 expected, 65536 came". Empty when it matches; then the
// flow has learnt the timestamp. `seen` has the script's numbers (flow.h), `live` those on the wire.
std::string difference(const Packet& expected, const Packet& seen, const Packet& live, Flow& flow,
                       const Switches& switches);

}  // namespace tcpstack::drill
