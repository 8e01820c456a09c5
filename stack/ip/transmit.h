// Puts the Internet header in front of what TCP, UDP and ICMP send (RFC 791 section 3.2).
#pragma once

#include "stack/context.h"
#include "stack/packet.h"
#include "stack/wire/address.h"
#include "stack/wire/tcp.h"

namespace tcpstack::ip {

// Completes a TCP packet whose text is in place: both headers and the checksum. Path MTU discovery asks
// for Don't Fragment (RFC 1191), and with it the identification carries no meaning (RFC 6864).
void build_tcp(TxPacket& packet, const wire::TcpHeader& header, Address source, Address destination,
               Context& cx);

}  // namespace tcpstack::ip
