// SipHash-2-4.
#include "stack/base/keyed_hash.h"

#include <numeric>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace tcpstack::base {
namespace {

std::vector<std::uint8_t> counting_up(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

std::array<std::uint8_t, KeyedHash::kKeySize> counting_key() {
  std::array<std::uint8_t, KeyedHash::kKeySize> key;
  std::iota(key.begin(), key.end(), std::uint8_t{0});
  return key;
}

// Appendix A of the SipHash paper; the second is the first entry of its authors' test vectors.
TEST(KeyedHash, IsSipHash24) {
  const KeyedHash hash(counting_key());
  EXPECT_EQ(hash(counting_up(15)), 0xa129ca6149be45e5U);
  EXPECT_EQ(hash(Bytes()), 0x726fdb47dd0e0e31U);
}

TEST(KeyedHash, AnotherKeyGivesOtherValues) {
  auto key = counting_key();
  const KeyedHash first(key);
  key[15] ^= 0x80;
  EXPECT_NE(first(counting_up(12)), KeyedHash(key)(counting_up(12)));
}

TEST(KeyedHash, EveryBitAndTheLengthMatter) {
  const KeyedHash hash(counting_key());
  std::vector<std::uint8_t> bytes(12, 0);
  std::set<std::uint64_t> values{hash(bytes)};
  for (std::size_t bit = 0; bit < 12 * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1 << (bit % 8));
    bytes[bit / 8] ^= mask;
    values.insert(hash(bytes));
    bytes[bit / 8] ^= mask;
  }
  bytes.push_back(0);
  values.insert(hash(bytes));
  EXPECT_EQ(values.size(), 1u + 12 * 8 + 1);
}

}  // namespace
}  // namespace tcpstack::base
