// The header before each packet of a TUN device with offload: virtio-net's. It says what is left to do with the packet.
//
// Virtual I/O Device (VIRTIO) 1.2 section 5.1.6, in the byte order of the machine.
// Linux: RFC 9293 section 3.1 wants a checksum in each segment. With offload a packet crosses the device with the sum
// over the pseudo-header alone, as in Linux (`IFF_VNET_HDR`): no wire lies between, so a receiver on this machine need
// not look at it. You can see it: a capture on the device shows wrong checksums, and segments larger than the MTU.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "stack/base/bytes.h"
#include "stack/packet.h"

namespace tcpstack::device {

inline constexpr std::size_t kOffloadHeaderSize = 10;
using OffloadHeader = std::array<std::uint8_t, kOffloadHeaderSize>;

// The packet behind its header, with the offload that the header describes. It has no bytes if `read` has no packet, or
// one of a kind that we did not ask for.
RxPacket behind_offload_header(Bytes read);

// The header of an IPv4 packet to send. Without offload it is all zeros.
OffloadHeader offload_header(const TxPacket& packet);

}  // namespace tcpstack::device
