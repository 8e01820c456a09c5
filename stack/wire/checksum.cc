// The Internet checksum in as few instructions as plain C++ allows.
//
// RFC 1071 section 2 allows it: (A) in any order, (B) in any byte order, because swapping the bytes of all words
// swaps the bytes of the sum, and (C) in words wider than 16 bits, folded at the end. So 32-bit words are added in
// memory order, sixteen at a time, in lanes of 64 bits. One sum has the upper halves, with room for all carries;
// the other has whole lanes modulo 2^64. Measured against 64-bit adds with carry: as fast in the registers that
// every x86-64 has, twice as fast in those of AVX2.
#include "stack/wire/checksum.h"

#include <bit>
#include <cstddef>
#include <cstring>
#include <utility>

namespace tcpstack::wire {
namespace {

constexpr std::uint16_t swap_bytes(std::uint16_t word) {
  return static_cast<std::uint16_t>(word << 8 | word >> 8);
}

// Between host order and memory order, in which sums are kept.
constexpr std::uint16_t to_memory_order(std::uint16_t word) {
  return std::endian::native == std::endian::little ? swap_bytes(word) : word;
}

// The one's complement sum of the four 16-bit words of `sum`.
constexpr std::uint16_t fold(std::uint64_t sum) {
  sum = (sum & 0xffffffff) + (sum >> 32);  // below 2^33
  sum = (sum & 0xffff) + (sum >> 16);      // below 2^17 + 2^16
  sum = (sum & 0xffff) + (sum >> 16);      // at most 2^16 + 1
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

// `kSize` bytes in memory order; the rest of the word is zero.
template <typename Word, std::size_t kSize = sizeof(Word)>
Word load(const std::uint8_t* p) {
  Word word = 0;
  std::memcpy(&word, p, kSize);
  return word;
}

// Four 64-bit words; the compiler chooses the registers.
using Lanes = std::uint64_t __attribute__((vector_size(32)));
constexpr std::size_t kBlock = 2 * sizeof(Lanes);

// The sum of the 32-bit words of `blocks` blocks. On x86-64 it is compiled twice; the program chooses the faster
// version for its processor at the start.
#ifdef __x86_64__
[[gnu::target_clones("avx2", "default")]]
#endif
std::uint64_t sum_blocks(const std::uint8_t* p, std::size_t blocks) {
  Lanes whole{};  // modulo 2^64
  Lanes upper{};
  for (; blocks > 0; --blocks, p += kBlock) {
    Lanes first;
    Lanes second;
    std::memcpy(&first, p, sizeof first);
    std::memcpy(&second, p + sizeof first, sizeof second);
    whole += first + second;
    upper += (first >> 32) + (second >> 32);
  }
  // Below 2^64, and so exact, although both operands wrap around.
  const Lanes lower = whole - (upper << 32);
  const Lanes sum = lower + upper;
  return sum[0] + sum[1] + sum[2] + sum[3];
}

// The sum of a piece that begins on an even offset. An odd last byte is the first of its word, whose second byte is
// zero.
std::uint16_t sum_piece(Bytes piece) {
  const std::size_t blocks = piece.size() / kBlock;
  std::uint64_t sum = blocks > 0 ? sum_blocks(piece.data(), blocks) : 0;
  const std::uint8_t* p = piece.data() + blocks * kBlock;
  std::size_t size = piece.size() % kBlock;
  for (; size >= 8; size -= 8, p += 8) {
    const auto two = load<std::uint64_t>(p);
    sum += (two & 0xffffffff) + (two >> 32);
  }
  if (size >= 4) sum += load<std::uint32_t>(std::exchange(p, p + 4));
  if (size % 4 >= 2) sum += load<std::uint16_t>(p);
  if (size % 2 == 1) sum += load<std::uint16_t, 1>(p + (size & 2));
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
  add_be16(fold(std::uint64_t{source.v4()} + destination.v4() + protocol + length));
}

std::uint16_t Checksum::partial() const { return to_memory_order(fold(sum_)); }

std::uint16_t Checksum::value() const { return static_cast<std::uint16_t>(~partial()); }

std::uint16_t internet_checksum(Bytes bytes) {
  Checksum checksum;
  checksum.add(bytes);
  return checksum.value();
}

}  // namespace tcpstack::wire
