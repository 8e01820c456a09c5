// The path to the peer takes smaller packets than assumed: RFC 1191 section 6.
//
// Segments in flight that are too large have not arrived, and are sent again in smaller ones. The network has not
// reported congestion, so the congestion window stays as it is (section 6.5).
#pragma once

#include <cstdint>

#include "stack/context.h"
#include "stack/ip/transmit.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Does the user want the routers' reports about the path to count?
bool follows_routers(const Tcb& tcb);
// May routers cut our packets?
ip::Fragments fragments(PathMtuDiscovery discovery);
// Takes the known MTU of the path, unless the user does not want to follow it.
void take_known_path_mtu(Tcb& tcb, Context& cx);

// Packets to the peer may have `mtu` bytes from now on: fewer than before, or more if an old estimate has expired.
void path_mtu_changed(Tcb& tcb, std::uint16_t mtu, Context& cx);

// After a retransmission timeout: if large segments never arrive and no router gives a reason, tries smaller ones
// (RFC 4821 section 7.7). By option.
void suspect_black_hole(Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
