// SipHash-2-4 is libsodium's crypto_shorthash; its 64-bit result is read as a little-endian number,
// as the authors of SipHash print it, so that the value does not depend on the machine.
#include "stack/base/keyed_hash.h"

#include <boost/endian/conversion.hpp>
#include <sodium/crypto_shorthash.h>

namespace tcpstack::base {

static_assert(crypto_shorthash_KEYBYTES == KeyedHash::kKeySize && crypto_shorthash_BYTES == 8);

std::uint64_t KeyedHash::operator()(Bytes bytes) const {
  std::array<std::uint8_t, crypto_shorthash_BYTES> digest;
  crypto_shorthash(digest.data(), bytes.data(), bytes.size(), key_.data());
  return boost::endian::load_little_u64(digest.data());
}

}  // namespace tcpstack::base
