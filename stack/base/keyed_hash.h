// A hash that cannot be predicted without its key: SipHash-2-4, as implemented by libsodium.
//
// A table whose keys are chosen by strangers needs one: otherwise strangers choose keys that all fall into one
// bucket. It also derives numbers that look random to everybody else and that we can compute again, without
// remembering them.
#pragma once

#include <array>
#include <cstdint>

#include "stack/base/bytes.h"
#include "stack/base/random.h"

namespace tcpstack::base {

class KeyedHash {
 public:
  // Draws a 128-bit key from `random`. Two hashes drawn one after the other are unrelated.
  explicit KeyedHash(Random& random);
  explicit KeyedHash(const std::array<std::uint8_t, 16>& key) : key_(key) {}

  // 64 bits that depend on every byte of `bytes`, on their number, and on the key.
  std::uint64_t operator()(Bytes bytes) const;

 private:
  std::array<std::uint8_t, 16> key_;
};

}  // namespace tcpstack::base
