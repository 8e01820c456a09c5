// The Internet layer's checks of an arriving packet: RFC 791, RFC 1122 section 3.2.1.
#pragma once

#include <expected>

#include "stack/context.h"
#include "stack/packet.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::ip {

// Checks the header, and that the packet is for us and from a sender that may get an answer. The packet may be a
// fragment: reassembly.h.
std::expected<wire::Ipv4Packet, Drop> receive(const RxPacket& packet, const Context& cx);

}  // namespace tcpstack::ip
