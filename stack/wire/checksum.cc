// The Internet checksum in as few instructions as plain C++ allows.
//
// RFC 1071 section 2 gives the licence: (A) the sum may be taken in any order, (B) in any byte order,
// since swapping the bytes of all words swaps those of the sum, and (C) in words wider than 16 bits,
// folded at the end. So whole words are added as they lie in memory, 32 bits at a time into 64-bit
// lanes, which cannot overflow below 2^32 words and which a compiler turns into vector additions.
#include "stack/wire/checksum.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace tcpstack::wire {
namespace {

constexpr std::uint16_t swap_bytes(std::uint16_t word) {
  return static_cast<std::uint16_t>(word << 8 | word >> 8);
}

// Between host order and the order in memory, which is the order in which sums are kept.
constexpr std::uint16_t to_memory_order(std::uint16_t word) {
  return std::endian::native == std::endian::little ? swap_bytes(word) : word;
}

// The one's complement sum of the four 16-bit words of `sum`.
constexpr std::uint16_t fold(std::uint64_t sum) {
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

constexpr std::size_t kBlock = 64;

// The sum of whole blocks. Two halves of each 64-bit word go to lanes of their own.
std::uint64_t sum_blocks(const std::uint8_t* p, std::size_t blocks) {
  std::array<std::uint64_t, kBlock / 8> lanes{};
  for (std::size_t block = 0; block < blocks; ++block, p += kBlock) {
    std::array<std::uint64_t, kBlock / 8> words;
    std::memcpy(words.data(), p, kBlock);
    for (std::size_t i = 0; i < words.size(); ++i) {
      lanes[i] += (words[i] & 0xffffffff) + (words[i] >> 32);
    }
  }
  std::uint64_t sum = 0;
  for (const std::uint64_t lane : lanes) sum += fold(lane);
  return sum;
}

// The sum of a piece that begins on an even offset; an odd last byte counts as the first of its
// word, the second being zero.
std::uint16_t sum_piece(Bytes piece) {
  const std::size_t blocks = piece.size() / kBlock;
  std::uint64_t sum = sum_blocks(piece.data(), blocks);
  Bytes rest = piece.subspan(blocks * kBlock);
  for (; rest.size() >= 4; rest = rest.subspan(4)) {
    std::uint32_t word = 0;
    std::memcpy(&word, rest.data(), sizeof word);
    sum += word;
  }
  if (!rest.empty()) {
    std::uint32_t word = 0;
    std::memcpy(&word, rest.data(), rest.size());
    sum += word;
  }
  return fold(sum);
}

}  // namespace

void Checksum::add(Bytes piece) {
  const std::uint16_t sum = sum_piece(piece);
  sum_ += odd_ ? swap_bytes(sum) : sum;
  odd_ = odd_ != (piece.size() % 2 == 1);
}

void Checksum::add_be16(std::uint16_t word) {
  const std::uint16_t sum = to_memory_order(word);
  sum_ += odd_ ? swap_bytes(sum) : sum;
}

void Checksum::add_pseudo_header(Address source, Address destination, std::uint8_t protocol,
                                 std::uint16_t length) {
  for (const std::uint32_t address : {source.v4(), destination.v4()}) {
    add_be16(static_cast<std::uint16_t>(address >> 16));
    add_be16(static_cast<std::uint16_t>(address));
  }
  add_be16(protocol);
  add_be16(length);
}

std::uint16_t Checksum::partial() const { return to_memory_order(fold(sum_)); }

std::uint16_t Checksum::value() const { return static_cast<std::uint16_t>(~partial()); }

std::uint16_t internet_checksum(Bytes bytes) {
  Checksum checksum;
  checksum.add(bytes);
  return checksum.value();
}

}  // namespace tcpstack::wire
