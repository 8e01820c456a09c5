// The two ends of every story, and packets between them as bytes.
#pragma once

#include <cstdint>
#include <vector>

#include "stack/packet.h"
#include "stack/wire/address.h"
#include "stack/wire/tcp.h"

namespace tcpstack::test {

inline constexpr Endpoint kOurs{Address(0x0a000002), 80};
inline constexpr Endpoint kTheirs{Address(0x0a000001), 40000};

// An IPv4 packet with checksums, the ports taken from the endpoints.
std::vector<std::uint8_t> make_packet(wire::TcpHeader header, Bytes text, const Endpoint& source,
                                      const Endpoint& destination);

// Headers and text in one piece, as a device without offload would send them.
std::vector<std::uint8_t> whole(const TxPacket& packet);

}  // namespace tcpstack::test
