// SipHash-2-4 with a key from the generator.
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

// From an independent implementation that reproduces the vector of the SipHash paper.
TEST(KeyedHash, IsSipHash24) {
  Random random(42);
  const KeyedHash hash(random);
  EXPECT_EQ(hash(counting_up(15)), 0xc4568773632c4c8bu);
  EXPECT_EQ(hash(Bytes()), 0x6bc11f7cbfbb53d7u);
}

TEST(KeyedHash, KeysDrawnOneAfterTheOtherDiffer) {
  Random random(1);
  const KeyedHash first(random);
  const KeyedHash second(random);
  EXPECT_NE(first(counting_up(12)), second(counting_up(12)));
}

TEST(KeyedHash, EveryBitAndTheLengthMatter) {
  Random random(1);
  const KeyedHash hash(random);
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
