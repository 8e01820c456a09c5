// crypto_generichash is libsodium's BLAKE2b; the seed is its key. The message is the number and then the domain, so that
// no two pairs have the same one. BLAKE2b hashes the length of its result, too.
#include "stack/base/seed.h"

#include <algorithm>
#include <cassert>

#include <boost/endian/conversion.hpp>
#include <sodium/crypto_generichash.h>

namespace tcpstack::base {

namespace {

constexpr std::size_t kLongestDomain = 32;

}  // namespace

static_assert(Seed::kSize == crypto_generichash_KEYBYTES);

Seed::Seed(std::uint64_t number) : bits_{} {
  boost::endian::store_little_u64(bits_.data(), number);
}

template <std::size_t kBytes>
std::array<std::uint8_t, kBytes> Seed::derive(std::string_view domain, std::uint64_t number) const {
  static_assert(kBytes >= crypto_generichash_BYTES_MIN && kBytes <= crypto_generichash_BYTES_MAX);
  assert(domain.size() <= kLongestDomain);
  std::array<std::uint8_t, sizeof number + kLongestDomain> message;
  boost::endian::store_little_u64(message.data(), number);
  const auto* const end = std::ranges::copy(domain, message.data() + sizeof number).out;
  std::array<std::uint8_t, kBytes> result;
  crypto_generichash(result.data(), kBytes, message.data(),
                     static_cast<std::size_t>(end - message.data()), bits_.data(), bits_.size());
  return result;
}

KeyedHash Seed::hash(std::string_view domain, std::uint64_t number) const {
  return KeyedHash(derive<KeyedHash::kKeySize>(domain, number));
}

Seed Seed::part(std::string_view domain) const { return Seed(derive<kSize>(domain, 0)); }

std::uint64_t Seed::number(std::string_view domain) const {
  return boost::endian::load_little_u64(derive<KeyedHash::kKeySize>(domain, 0).data());
}

}  // namespace tcpstack::base
