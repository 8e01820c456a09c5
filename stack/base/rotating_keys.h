// Keys that follow each other in time: what a stranger learns of one is of no use with the next.
//
// Number n of a key says which one it is; the caller derives it from the time. The two keys that were asked for last
// are kept: the newest, and the one before it for what was given out under it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "stack/base/keyed_hash.h"
#include "stack/base/seed.h"

namespace tcpstack::base {

class RotatingKeys {
 public:
  RotatingKeys(const Seed& seed, std::string_view domain) : seed_(seed.part(domain)) {}

  // The hash with key `number`. Valid until a key other than this one and its neighbours is asked for.
  const KeyedHash& operator[](std::uint64_t number) {
    auto& entry = kept_[number % kept_.size()];
    if (!entry || entry->number != number) entry.emplace(number, seed_.hash("key", number));
    return entry->hash;
  }

 private:
  struct Entry {
    Entry(std::uint64_t n, const KeyedHash& h) : number(n), hash(h) {}
    std::uint64_t number;
    KeyedHash hash;
  };
  Seed seed_;
  std::array<std::optional<Entry>, 2> kept_;
};

}  // namespace tcpstack::base
