// Is a segment that was sent the one that the script expects?
#pragma once

#include <string>

#include "apps/tcpdrill/language/script.h"
#include "apps/tcpdrill/language/switches.h"
#include "apps/tcpdrill/packets/flow.h"

namespace tcpstack::drill {

// What differs, field by field: "window: 65535 expected, 65536 came". Empty when it matches; then the
// flow has learnt the timestamp. `seen` has the script's numbers (flow.h), `live` those on the wire.
std::string difference(const Packet& expected, const Packet& seen, const Packet& live, Flow& flow,
                       const Switches& switches);

}  // namespace tcpstack::drill
