// Whom packets may come from, and go to.
#pragma once

#include "stack/config.h"
#include "stack/wire/address.h"

namespace tcpstack::ip {

// Can the address name one single host (RFC 1122 section 3.2.1.3)? It is neither in 0/8, 127/8, 224/4 or 240/4 nor the network
// or broadcast address of our link. The same for all protocols, for sources and for destinations (MUST-46, MUST-63).
bool is_single_host(Address address, const IpConfig& config);

}  // namespace tcpstack::ip
