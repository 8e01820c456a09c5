// The Internet checksum, RFC 1071: the one's complement of the one's complement sum of 16-bit words.
#pragma once

#include <cstdint>

#include "stack/base/bytes.h"
#include "stack/wire/address.h"

namespace tcpstack::wire {

// Sums up pieces of a packet; a piece may have an odd length anywhere (RFC 1071 section 2 (B): the
// bytes of the following piece are then swapped).
class Checksum {
 public:
  void add(Bytes piece);
  void add_be16(std::uint16_t word);
  // The pseudo-header of RFC 9293 section 3.1: addresses, zero, protocol, upper-layer length.
  void add_pseudo_header(Address source, Address destination, std::uint8_t protocol,
                         std::uint16_t length);
  // The field's value in host order; 0 for data that includes a correct checksum.
  [[nodiscard]] std::uint16_t value() const;
  // The folded sum before the complement. A device with checksum offload expects it in the field, over the
  // pseudo-header alone.
  [[nodiscard]] std::uint16_t partial() const;

 private:
  std::uint64_t sum_ = 0;
  bool odd_ = false;
};

// The checksum of one contiguous piece.
std::uint16_t internet_checksum(Bytes bytes);

}  // namespace tcpstack::wire
