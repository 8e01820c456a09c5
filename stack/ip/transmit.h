// Puts the Internet header before the packets of TCP, UDP and ICMP, and cuts packets that are larger than the MTU
// into fragments (RFC 791 section 3.2).
//
// TCP sends segments that fit the path, with Don't Fragment. UDP and ICMP put their datagrams into the outbox, from
// which the driver takes one packet at a time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "stack/base/keyed_hash.h"
#include "stack/base/ring.h"
#include "stack/base/seed.h"
#include "stack/context.h"
#include "stack/packet.h"
#include "stack/wire/address.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace tcpstack::ip {

// The identification of datagrams that may be fragmented: "MUST NOT repeat the values within one MDL for a given
// source address/destination address/protocol tuple" (RFC 6864 section 4.3). RFC 7739 section 5.3: a keyed hash of the tuple,
// plus a counter that a group of destinations shares. Nobody can compute the values of another destination from its own.
class Identifications {
 public:
  explicit Identifications(const base::Seed& seed);
  std::uint16_t next(Address destination, std::uint8_t protocol);

 private:
  static constexpr std::size_t kGroups = 256;
  base::KeyedHash hash_;
  std::array<std::uint16_t, kGroups> given_{};
};

// The transport's wishes of the network, passed on unchanged (SHLD-22).
struct TrafficClass {
  std::uint8_t dscp = 0;  // RFC 2474, 6 bits
  wire::Ecn ecn = wire::Ecn::not_ect;
};

// May routers cut the packet?
enum class Fragments : std::uint8_t {
  where_needed,  // only if a link of the path is known to be too small for discovery
  allowed,
  refused,  // always Don't Fragment
};

// Completes a TCP packet whose text is in place: both headers and the checksum. Path MTU discovery sets Don't
// Fragment (RFC 1191), and then the identification has no meaning (RFC 6864). With offload the device completes the
// checksum.
void build_tcp(TxPacket& packet, const wire::TcpHeader& header, Address source, Address destination,
               TrafficClass traffic, Fragments fragments, Context& cx);

// A datagram to send to `destination` from our address. The payload begins with the header of UDP or ICMP and has
// at least one byte and at most kMaxDatagram.
struct Datagram {
  wire::Protocol protocol;
  Address destination;
  std::vector<std::uint8_t> payload;
  TrafficClass traffic{};
  std::uint8_t ttl = 0;  // zero: the configuration's
};
inline constexpr std::size_t kMaxDatagram = 0xffff - wire::kIpv4HeaderSize;

class Outbox {
 public:
  // Is there room for a datagram with a payload of `size` bytes? An empty outbox takes any.
  [[nodiscard]] bool has_room(std::size_t size) const;
  // Queues a datagram. Requires has_room().
  void push(Datagram datagram);
  // The next packet: a whole datagram or a fragment. Its text is valid until the next push().
  std::optional<TxPacket> next_transmit(Context& cx);

 private:
  static constexpr std::size_t kMaxDatagrams = 256;
  static constexpr std::size_t kMaxBytes = 1 << 20;

  void begin_next(Context& cx);

  base::Ring<Datagram> waiting_;
  std::size_t bytes_ = 0;                        // of all waiting datagrams
  std::vector<std::vector<std::uint8_t>> left_;  // payloads that packets still show
  Datagram sending_{};
  std::size_t sent_ = 0;  // sent bytes of `sending_`
  std::size_t mtu_ = 0;
  std::uint16_t identification_ = 0;
};

}  // namespace tcpstack::ip
