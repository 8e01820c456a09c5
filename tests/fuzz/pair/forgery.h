// Segments that an attacker off the path sends into a connection, with right addresses, ports and checksums, whose harm the
// RFCs rule out.
#pragma once

#include <optional>

#include "stack/tcp/tcb.h"
#include "tests/fuzz/input.h"
#include "tests/support/packets.h"

namespace tcpstack::test {

// A forged packet to this end of a connection; nothing if its state has no window to aim at. It must not change what
// the user gets, nor end the connection.
std::optional<Packet> forge(Input& input, const tcp::Tcb& target);

// A SYN to a listener at `to`, from one of many addresses that never answer: it takes a place in the SYN queue.
Packet forge_syn(Input& input, Endpoint to);

}  // namespace tcpstack::test
