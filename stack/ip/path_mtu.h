// The path MTU of each destination for which a router has asked for smaller packets: RFC 1191.
//
// Destinations that are not in the table have the device's MTU. A router can only make an MTU smaller. After ten
// minutes the table forgets it (section 6.3): routes change, and nobody reports that a larger MTU has become
// possible.
#pragma once

#include <cstdint>
#include <optional>

#include <boost/unordered/unordered_flat_map.hpp>

#include "stack/base/keyed_hash.h"
#include "stack/base/seed.h"
#include "stack/context.h"
#include "stack/wire/address.h"

namespace tcpstack::ip {

class PathMtus {
 public:
  explicit PathMtus(const base::Seed& seed)
      : hash_(seed.hash("path MTUs")), paths_(0, AddressHash{&hash_}) {}
  PathMtus(const PathMtus&) = delete;
  PathMtus& operator=(const PathMtus&) = delete;

  // The size of the largest packet that may be sent to `destination`.
  [[nodiscard]] std::uint16_t mtu(Address destination, const Config& config) const;
  // Has a router reported a link that is smaller than config.ip.path_mtu_min?
  // Linux: RFC 1191 section 3 has us send packets as small as that link's MTU. We send packets of path_mtu_min
  // bytes without Don't Fragment, as Linux does ("mtu lock"). You can see it: the router cuts our packets into
  // fragments.
  [[nodiscard]] bool needs_fragments(Address destination) const;

  // "Fragmentation needed and DF set": a datagram of `total_length` bytes did not fit through a link with
  // `next_hop_mtu` (0: an old router, which does not report it). Returns true if the path's MTU is smaller now.
  bool shrink(Address destination, std::uint16_t next_hop_mtu, std::uint16_t total_length,
              const Context& cx);

  // Removes an expired entry and returns its destination, whose MTU is the device's again. Call it until it returns
  // nothing.
  std::optional<Address> pop_expired(Time now);
  [[nodiscard]] std::optional<Time> next_deadline() const;
  [[nodiscard]] std::size_t size() const { return paths_.size(); }

 private:
  struct Path {
    std::uint16_t mtu = 0;
    bool needs_fragments = false;
    Time deadline;
  };
  // Keyed: strangers choose the addresses.
  struct AddressHash {
    const base::KeyedHash* hash;
    std::size_t operator()(const Address& address) const { return (*hash)(address.bytes()); }
  };

  [[nodiscard]] std::optional<Address> first_to_expire() const;

  base::KeyedHash hash_;
  boost::unordered_flat_map<Address, Path, AddressHash> paths_;
};

}  // namespace tcpstack::ip
