// Keys of domains, their sequences and rotations.
#include "stack/base/seed.h"

#include <array>
#include <numeric>
#include <set>

#include <gtest/gtest.h>

#include "stack/base/keyed_sequence.h"
#include "stack/base/rotating_keys.h"

namespace tcpstack::base {
namespace {

constexpr std::array<std::uint8_t, 3> kMessage{1, 2, 3};

std::uint64_t value(const KeyedHash& hash) { return hash(kMessage); }

// The keys from Python: hashlib.blake2b(number as 8 bytes + domain, key=seed, digest_size=16), all numbers little-endian.
TEST(Seed, DerivesKeysByBlake2b) {
  using Key = std::array<std::uint8_t, KeyedHash::kKeySize>;
  EXPECT_EQ(value(Seed(1).hash("ISN")),
            value(KeyedHash(Key{0xc8, 0xe4, 0x8a, 0x63, 0x8d, 0x34, 0x29, 0x52, 0x8b, 0xbb, 0x50,
                                0x51, 0x00, 0x8e, 0x43, 0x8d})));
  EXPECT_EQ(value(Seed(1).hash("ISN", 1)),
            value(KeyedHash(Key{0x74, 0x2d, 0xb2, 0xa8, 0x08, 0x69, 0xe0, 0x4a, 0x81, 0x9b, 0xa2,
                                0x24, 0xba, 0xec, 0x87, 0x5f})));
  std::array<std::uint8_t, Seed::kSize> counting;
  std::iota(counting.begin(), counting.end(), std::uint8_t{0});
  EXPECT_EQ(value(Seed(counting).hash("ISN")),
            value(KeyedHash(Key{0x0b, 0x0d, 0x72, 0x43, 0xce, 0x17, 0x27, 0x43, 0x34, 0x0e, 0xa4,
                                0xde, 0xf5, 0x1b, 0x0b, 0xb1})));
  EXPECT_EQ(Seed(7).number("faults"), 0xb5d8ad4bccb5985dU);
}

TEST(Seed, EachDomainNumberPartAndSeedHasAKeyOfItsOwn) {
  const std::set<std::uint64_t> values{
      value(Seed(1).hash("a")),     value(Seed(1).hash("b")),           value(Seed(1).hash("a", 1)),
      value(Seed(2).hash("a")),     value(Seed(1).part("a").hash("a")), value(Seed(1).hash("aa")),
      value(Seed(1 << 8).hash("a"))};
  EXPECT_EQ(values.size(), 7U);
}

TEST(KeyedSequence, RepeatsItselfForTheSameKeyOnly) {
  KeyedSequence one(Seed(1).hash("a"));
  KeyedSequence same(Seed(1).hash("a"));
  KeyedSequence other(Seed(1).hash("b"));
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t number = one.next();
    EXPECT_EQ(number, same.next());
    seen.insert(number);
    seen.insert(other.next());
  }
  EXPECT_EQ(seen.size(), 2000U);
}

TEST(RotatingKeys, KeepTheKeyOfEachNumber) {
  RotatingKeys keys(Seed(1), "cookies");
  const std::uint64_t first = value(keys[5]);
  const std::uint64_t second = value(keys[6]);
  EXPECT_NE(first, second);
  EXPECT_EQ(value(keys[5]), first) << "the key before is still there";
  EXPECT_NE(value(keys[7]), first) << "it has the place of key 5";
  EXPECT_EQ(value(keys[6]), second);
  EXPECT_EQ(value(RotatingKeys(Seed(1), "cookies")[5]), first);
}

}  // namespace
}  // namespace tcpstack::base
