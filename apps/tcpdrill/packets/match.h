// Compares a sent segment with the expected one.
#pragma once

#include <string>

#include "apps/tcpdrill/language/script.h"
#include "apps/tcpdrill/language/switches.h"
#include "apps/tcpdrill/packets/flow.h"

namespace tcpstack::drill {

// The differences, field by field: "window: 65535 expected, 65536 came". Empty if it matches; the flow has then
// learnt the timestamp. `seen` has the script's numbers (flow.h), `live` those on the wire.
std::string difference(const Packet& expected, const Packet& seen, const Packet& live, Flow& flow,
                       const Switches& switches);

}  // namespace tcpstack::drill
