// A hash that cannot be predicted without its key: SipHash-2-4, as implemented by libsodium.
//
// A table whose keys are chosen by strangers needs one: otherwise strangers choose keys that all fall into one
// bucket. It also derives numbers that look random to everybody else and that we can compute again, without
// remembering them. A Seed (seed.h) makes the keys of one stack.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "stack/base/bytes.h"

namespace tcpstack::base {

class KeyedHash {
 public:
  static constexpr std::size_t kKeySize = 16;  // bytes

  explicit KeyedHash(const std::array<std::uint8_t, kKeySize>& key) : key_(key) {}

  // 64 bits that depend on every byte of `bytes`, on their number, and on the key.
  std::uint64_t operator()(Bytes bytes) const;

 private:
  std::array<std::uint8_t, kKeySize> key_;
};

}  // namespace tcpstack::base
