// What IP does with a packet: RFC 791, RFC 1122 section 3.2.1.
#pragma once

#include <expected>

#include "stack/context.h"
#include "stack/packet.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::ip {

// Checks the header, and that the packet is for us and comes from somebody who may be answered.
std::expected<wire::Ipv4Packet, Drop> receive(const RxPacket& packet, const Context& cx);

}  // namespace tcpstack::ip
