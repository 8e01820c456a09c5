// Random numbers that can be replayed: the same seed gives the same sequence on every machine.
//
// The generator is xoshiro256** (Blackman and Vigna); splitmix64 fills its state from the seed. It is fast and
// passes the statistical test suites, but it is not a cipher: half of each of sixteen outputs is enough to compute all
// others, and the seed. So it serves simulations and tests. The core has no secret and no visible number from it; these
// come from a Seed (seed.h), and scripts/check-layers keeps it so.
//
// std::mt19937 with the standard distributions is not usable: the distributions are not specified to the bit, so a
// run would not replay across standard libraries.
#pragma once

#include <array>
#include <cstdint>

#include "stack/base/bytes.h"

namespace tcpstack::base {

class Random {
 public:
  explicit Random(std::uint64_t seed);

  // 64 random bits.
  std::uint64_t next();

  // A number in [0, bound), every one equally likely. Requires bound > 0.
  std::uint32_t below(std::uint32_t bound);

  // True with probability p: never when p <= 0, always when p >= 1. Always consumes one number,
  // so that changing a probability does not shift the decisions that follow.
  bool chance(double p);

  // Overwrites every byte of `out`.
  void fill(MutableBytes out);

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace tcpstack::base
