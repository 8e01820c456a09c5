// Random numbers that nobody can predict from those that were seen before: number n is the keyed hash of n.
#pragma once

#include <array>
#include <cstdint>

#include "stack/base/keyed_hash.h"

namespace tcpstack::base {

class KeyedSequence {
 public:
  explicit KeyedSequence(const KeyedHash& hash) : hash_(hash) {}

  // 64 random bits.
  std::uint64_t next() {
    std::array<std::uint8_t, 8> number;
    store_be32(&number[0], static_cast<std::uint32_t>(count_ >> 32));
    store_be32(&number[4], static_cast<std::uint32_t>(count_));
    ++count_;
    return hash_(number);
  }

 private:
  KeyedHash hash_;
  std::uint64_t count_ = 0;
};

}  // namespace tcpstack::base
