// xoshiro256** and splitmix64, after the public-domain code at prng.di.unimi.it.
#include "stack/base/random.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace tcpstack::base {
namespace {

// Turns a counter into bits that look unrelated; advances the counter. Neighbouring seeds would
// otherwise start out with similar states, and the state must not be all zero.
std::uint64_t splitmix64(std::uint64_t& counter) {
  counter += 0x9e3779b97f4a7c15;
  std::uint64_t z = counter;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed) {
  for (std::uint64_t& word : state_) word = splitmix64(seed);
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

// The upper half of bits * bound is a number below bound, but 2^32 values of bits do not divide
// evenly among bound results: the 2^32 % bound lowest values of the lower half are one too many
// for some results, and are drawn again (Lemire, 2019).
std::uint32_t Random::below(std::uint32_t bound) {
  assert(bound > 0);
  const std::uint32_t surplus = (0 - bound) % bound;
  while (true) {
    const std::uint64_t product = (next() >> 32) * bound;
    if (static_cast<std::uint32_t>(product) >= surplus) {
      return static_cast<std::uint32_t>(product >> 32);
    }
  }
}

bool Random::chance(double p) {
  const double in_0_to_1 = static_cast<double>(next() >> 11) * 0x1p-53;  // 1 excluded
  return in_0_to_1 < p;
}

void Random::fill(MutableBytes out) {
  while (!out.empty()) {
    std::uint64_t bits = next();
    const std::size_t n = std::min(out.size(), sizeof bits);
    for (std::uint8_t& byte : out.first(n)) {
      byte = static_cast<std::uint8_t>(bits & 0xff);
      bits >>= 8;
    }
    out = out.subspan(n);
  }
}

}  // namespace tcpstack::base
