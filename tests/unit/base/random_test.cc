// The generator gives the published sequence, and its distributions are not bent.
#include "stack/base/random.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace tcpstack::base {
namespace {

// From an independent implementation; the values for seed 0 are also found in the literature.
TEST(Random, GivesTheSequenceOfXoshiro256StarStar) {
  Random zero(0);
  EXPECT_EQ(zero.next(), 0x99ec5f36cb75f2b4u);
  EXPECT_EQ(zero.next(), 0xbf6e1f784956452au);
  EXPECT_EQ(zero.next(), 0x1a5f849d4933e6e0u);
  EXPECT_EQ(zero.next(), 0x6aa594f1262d2d2cu);
}

TEST(Random, RepeatsItselfForTheSameSeedOnly) {
  Random first(7);
  Random again(7);
  Random other(8);
  int same_as_other = 0;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t value = first.next();
    EXPECT_EQ(again.next(), value);
    same_as_other += other.next() == value ? 1 : 0;
  }
  EXPECT_EQ(same_as_other, 0);
}

TEST(Random, BelowOneIsZero) {
  Random random(1);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(random.below(1), 0u);
}

TEST(Random, BelowGivesEveryValueEquallyOften) {
  Random random(2);
  std::array<int, 10> count{};
  for (int i = 0; i < 100'000; ++i) ++count.at(random.below(10));
  for (const int n : count) EXPECT_NEAR(n, 10'000, 500);  // five standard deviations
}

// Where 2^32 is no multiple of the bound, a careless reduction favours some values; with this
// bound it would give twice as many multiples of three.
TEST(Random, BelowIsNotBiasedForHugeBounds) {
  Random random(3);
  constexpr std::uint32_t kBound = 0xc000'0000;
  std::array<int, 3> count{};
  for (int i = 0; i < 90'000; ++i) {
    const std::uint32_t value = random.below(kBound);
    ASSERT_LT(value, kBound);
    ++count.at(value % 3);
  }
  for (const int n : count) EXPECT_NEAR(n, 30'000, 750);
}

TEST(Random, ChanceHappensAsOftenAsItSays) {
  Random random(4);
  int happened = 0;
  for (int i = 0; i < 100'000; ++i) happened += random.chance(0.03) ? 1 : 0;
  EXPECT_NEAR(happened, 3'000, 270);
}

TEST(Random, ChanceIsCertainAtBothEnds) {
  Random random(5);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(random.chance(0.0));
    EXPECT_TRUE(random.chance(1.0));
  }
}

TEST(Random, ChanceConsumesOneNumberWhateverTheProbability) {
  Random asked(6);
  Random stepped(6);
  for (const double p : {0.0, 0.5, 1.0}) {
    asked.chance(p);
    stepped.next();
  }
  EXPECT_EQ(asked.next(), stepped.next());
}

TEST(Random, FillWritesAllOfTheBytesAndNoOthers) {
  Random random(9);
  for (std::size_t size = 0; size <= 20; ++size) {
    std::vector<std::uint8_t> seen(size, 0);  // bits that were set in any of the rounds
    for (int round = 0; round < 20; ++round) {
      std::vector<std::uint8_t> bytes(size + 2, 0);
      random.fill(MutableBytes(bytes).subspan(1, size));
      EXPECT_EQ(bytes.front(), 0);
      EXPECT_EQ(bytes.back(), 0);
      for (std::size_t i = 0; i < size; ++i) seen[i] |= bytes[i + 1];
    }
    EXPECT_EQ(seen, std::vector<std::uint8_t>(size, 0xff));
  }
}

TEST(Random, FillIsLittleEndianOnEveryMachine) {
  Random random(0);
  std::array<std::uint8_t, 10> bytes;
  random.fill(bytes);
  EXPECT_EQ(bytes, (std::array<std::uint8_t, 10>{0xb4, 0xf2, 0x75, 0xcb, 0x36, 0x5f, 0xec, 0x99,
                                                 0x2a, 0x45}));
}

}  // namespace
}  // namespace tcpstack::base
