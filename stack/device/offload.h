// The header that stands before each packet of a TUN device with offload: virtio-net's, which says what is left
// to do with the packet.
//
// Virtual I/O Device (VIRTIO) 1.2 section 5.1.6, in the byte order of the machine; Linux: IFF_VNET_HDR. The
// checksum is the sum over the pseudo-header until somebody adds the rest; whoever takes a packet on the same
// machine need not, since no wire was between.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "stack/base/bytes.h"
#include "stack/packet.h"

namespace tcpstack::device {

inline constexpr std::size_t kOffloadHeaderSize = 10;
using OffloadHeader = std::array<std::uint8_t, kOffloadHeaderSize>;

// The packet behind its header, and what the header says of it. Without bytes when there is no packet or
// something that was not asked for.
RxPacket behind_offload_header(Bytes read);

// For an IPv4 packet that is to be sent; a packet without offload gets zeros.
OffloadHeader offload_header(const TxPacket& packet);

}  // namespace tcpstack::device
