// Views of bytes, lists of such views, and numbers inside them in big-endian order.
//
// A view owns nothing. The function that returns one documents how long its bytes stay in place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <boost/container/static_vector.hpp>

namespace tcpstack {

// Bytes to read, owned by somebody else.
using Bytes = std::span<const std::uint8_t>;

// Bytes to write into, owned by somebody else.
using MutableBytes = std::span<std::uint8_t>;

// A gather list: bytes that follow one another in meaning but not in memory. Its capacity holds
// the text of one packet, 64 KiB in blocks of 4 KiB that need not begin on a block boundary.
using Spans = boost::container::static_vector<Bytes, 18>;

// The number of bytes in all spans together.
inline std::size_t total_size(const Spans& spans) {
  std::size_t total = 0;
  for (const Bytes& span : spans) total += span.size();
  return total;
}

// Big-endian ("network order") access. `p` needs no alignment; 2 or 4 bytes must be there.
constexpr std::uint16_t load_be16(const std::uint8_t* p) {
  return static_cast<std::uint16_t>((p[0] << 8) | p[1]);
}

constexpr std::uint32_t load_be32(const std::uint8_t* p) {
  return (std::uint32_t{load_be16(p)} << 16) | load_be16(p + 2);
}

constexpr void store_be16(std::uint8_t* p, std::uint16_t value) {
  p[0] = static_cast<std::uint8_t>(value >> 8);
  p[1] = static_cast<std::uint8_t>(value & 0xff);
}

constexpr void store_be32(std::uint8_t* p, std::uint32_t value) {
  store_be16(p, static_cast<std::uint16_t>(value >> 16));
  store_be16(p + 2, static_cast<std::uint16_t>(value & 0xffff));
}

}  // namespace tcpstack
