// The path to the peer takes smaller packets than was thought: RFC 1191 section 6.
//
// What is in flight and too large has not arrived, and is sent again in smaller segments. The network has not
// said that it is congested, so that the congestion window stays as it is (section 6.5).
#pragma once

#include <cstdint>

#include "stack/context.h"
#include "stack/ip/transmit.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Does the user want to hear what routers say about the path?
bool follows_routers(const Tcb& tcb);
// May routers cut what we send?
ip::Fragments fragments(PathMtuDiscovery discovery);
// What is known of the path, as far as the user wants to follow it.
void take_known_path_mtu(Tcb& tcb, Context& cx);

// Packets to the peer may have `mtu` bytes from now on, fewer than before or, when an old estimate has been
// given up, more.
void path_mtu_changed(Tcb& tcb, std::uint16_t mtu, Context& cx);

// After a retransmission timeout: large segments that never arrive, while no router says why, are tried
// smaller (RFC 4821 section 7.7). By option.
void suspect_black_hole(Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
