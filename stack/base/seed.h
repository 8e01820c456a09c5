// The seed of a Stack: 256 bits, from which all its secrets and all its random numbers follow.
//
// Strangers see what comes of some of these numbers: timestamps, ports, identifications. So no two uses share a
// generator. Each use has a domain, a name of its own, and gets a key of its own from the seed by a keyed hash (BLAKE2b,
// RFC 7693). Nobody can compute the seed, or the key of another domain, from the key of one (MUST-9).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "stack/base/keyed_hash.h"

namespace tcpstack::base {

class Seed {
 public:
  static constexpr std::size_t kSize = 32;  // bytes

  // Requires: nobody can guess `bits`; device/random_seed.h draws them.
  explicit Seed(const std::array<std::uint8_t, kSize>& bits) : bits_(bits) {}
  // The seed of a run that can be repeated. Whoever guesses `number` can compute every secret of that run.
  Seed(std::uint64_t number);

  // The hash of one domain. `number` distinguishes the keys of a domain that has several.
  [[nodiscard]] KeyedHash hash(std::string_view domain, std::uint64_t number = 0) const;
  // A seed of its own for one domain, which can have domains again.
  [[nodiscard]] Seed part(std::string_view domain) const;
  // A number for what is no secret, such as the seed of a simulated fault.
  [[nodiscard]] std::uint64_t number(std::string_view domain) const;

 private:
  template <std::size_t kBytes>
  [[nodiscard]] std::array<std::uint8_t, kBytes> derive(std::string_view domain,
                                                        std::uint64_t number) const;

  std::array<std::uint8_t, kSize> bits_;
};

}  // namespace tcpstack::base
