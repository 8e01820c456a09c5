// What a device with offload does before packets leave: it completes checksums, and cuts a super-segment into segments.
#pragma once

#include <cstdint>
#include <vector>

#include "stack/packet.h"

namespace tcpstack::sim {

// The packets that leave for one of a stack, each in one piece.
std::vector<std::vector<std::uint8_t>> on_the_wire(const TxPacket& packet);

}  // namespace tcpstack::sim
