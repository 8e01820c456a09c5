// Puts the Internet header in front of what TCP, UDP and ICMP send, and cuts what is larger than the MTU
// into fragments (RFC 791 section 3.2).
//
// TCP sends segments that fit the path, with Don't Fragment. All others hand their datagrams to the outbox,
// from which the driver takes one packet at a time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "stack/base/keyed_hash.h"
#include "stack/base/ring.h"
#include "stack/context.h"
#include "stack/packet.h"
#include "stack/wire/address.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace tcpstack::ip {

// The identification of datagrams that may be fragmented: "MUST NOT repeat the values within one MDL for a
// given source address/destination address/protocol tuple" (RFC 6864 section 4.3). They are counted per group
// of destinations, so that one destination sees little of what is sent to the others.
class Identifications {
 public:
  explicit Identifications(base::Random& random);
  std::uint16_t next(Address destination, std::uint8_t protocol);

 private:
  static constexpr std::size_t kGroups = 256;
  base::KeyedHash hash_;
  std::array<std::uint16_t, kGroups> next_;
};

// What the transport asks of the network, passed on as it is (SHLD-22).
struct TrafficClass {
  std::uint8_t dscp = 0;  // RFC 2474, 6 bits
  wire::Ecn ecn = wire::Ecn::not_ect;
};

// May routers cut the packet?
enum class Fragments : std::uint8_t {
  where_needed,  // only where we know of a link that is too small for path MTU discovery
  allowed,
  refused,  // Don't Fragment, whatever we know
};

// Completes a TCP packet whose text is in place: both headers and the checksum. Path MTU discovery asks
// for Don't Fragment (RFC 1191), and with it the identification carries no meaning (RFC 6864). With offload the
// checksum is left to the device.
void build_tcp(TxPacket& packet, const wire::TcpHeader& header, Address source, Address destination,
               TrafficClass traffic, Fragments fragments, Context& cx);

// What is to be sent to `destination` from our address. The payload begins with UDP's or ICMP's header and
// has at least one byte and at most kMaxDatagram.
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
  // Room for a datagram with so many bytes of payload? An empty outbox takes any.
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
  std::size_t bytes_ = 0;                        // of all that wait
  std::vector<std::vector<std::uint8_t>> left_;  // payloads that packets may still show
  Datagram sending_{};
  std::size_t sent_ = 0;  // bytes of `sending_` that have left
  std::size_t mtu_ = 0;
  std::uint16_t identification_ = 0;
};

}  // namespace tcpstack::ip
