// Ring against std::deque, and when it allocates.
#include "stack/base/ring.h"

#include <deque>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "stack/base/random.h"
#include "tests/unit/base/step.h"

namespace tcpstack::base {
namespace {

// Elements that can only be moved and whose loss or double destruction AddressSanitizer reports.
using Element = std::unique_ptr<int>;

void expect_equal(const Ring<Element>& ring, const std::deque<int>& model, Step at) {
  ASSERT_EQ(ring.size(), model.size()) << at;
  ASSERT_EQ(ring.empty(), model.empty()) << at;
  for (std::size_t i = 0; i < model.size(); ++i) {
    ASSERT_NE(ring[i], nullptr) << at << "element " << i;
    ASSERT_EQ(*ring[i], model[i]) << at << "element " << i;
  }
  if (model.empty()) return;
  ASSERT_EQ(*ring.front(), model.front()) << at;
  ASSERT_EQ(*ring.back(), model.back()) << at;
}

void behaves_like_deque(std::uint64_t seed) {
  Random random(seed);
  Ring<Element> ring;
  std::deque<int> model;
  for (Step at{seed}; at.number < 3000; ++at.number) {
    const auto size = static_cast<std::uint32_t>(model.size());
    const bool growing = at.number / 300 % 2 == 0;  // phases, so that all sizes up to 100 occur
    switch (random.below(growing ? 4 : 8)) {
      case 0:
      case 1:
        ring.push_back(std::make_unique<int>(at.number));
        model.push_back(at.number);
        break;
      case 2:
      case 3: {
        const std::uint32_t i = random.below(size + 1);
        ring.insert(i, std::make_unique<int>(at.number));
        model.insert(model.begin() + i, at.number);
        break;
      }
      case 4:
        if (model.empty()) break;
        ring.pop_back();
        model.pop_back();
        break;
      case 5:
        if (model.empty()) break;
        ring.pop_front();
        model.pop_front();
        break;
      default: {
        if (model.empty()) break;
        const std::uint32_t i = random.below(size);
        ring.erase(i);
        model.erase(model.begin() + i);
      }
    }
    if (random.chance(0.001)) {
      ring.clear();
      model.clear();
    }
    if (random.chance(0.01)) ring = Ring<Element>(std::move(ring));
    ASSERT_NO_FATAL_FAILURE(expect_equal(ring, model, at));
  }
}

TEST(Ring, BehavesLikeADeque) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    ASSERT_NO_FATAL_FAILURE(behaves_like_deque(seed));
  }
}

TEST(Ring, AllocatesNothingUntilUsed) {
  const Ring<int> ring;
  EXPECT_EQ(ring.capacity(), 0u);
  EXPECT_TRUE(ring.empty());
}

TEST(Ring, PassesAnyNumberOfElementsThroughTheSameStorage) {
  Ring<int> ring;
  for (int i = 0; i < 5; ++i) ring.push_back(i);
  const std::size_t capacity = ring.capacity();
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(ring.front(), i);
    ring.pop_front();
    ring.push_back(i + 5);
  }
  EXPECT_EQ(ring.capacity(), capacity);
}

TEST(Ring, EmptyingByPopsKeepsTheStorage) {
  Ring<int> ring;
  for (int i = 0; i < 100; ++i) ring.push_back(i);
  while (!ring.empty()) ring.pop_front();
  EXPECT_EQ(ring.capacity(), 128u);
}

TEST(Ring, ClearKeepsASmallStorageAndFreesALargeOne) {
  Ring<int> ring;
  for (int i = 0; i < 16; ++i) ring.push_back(i);
  ring.clear();
  EXPECT_EQ(ring.capacity(), 16u);
  for (int i = 0; i < 17; ++i) ring.push_back(i);
  ring.clear();
  EXPECT_EQ(ring.capacity(), 0u);
}

TEST(Ring, ReleaseFreesAndTheRingCanBeUsedAgain) {
  Ring<int> ring;
  ring.push_back(1);
  ring.pop_front();
  ring.push_back(2);
  ring.release();
  EXPECT_EQ(ring.capacity(), 0u);
  EXPECT_TRUE(ring.empty());
  ring.push_back(3);
  EXPECT_EQ(ring.front(), 3);
}

TEST(Ring, TakesItsOwnElementAsAnArgumentWhileGrowing) {
  Ring<int> ring;
  for (int i = 0; i < 8; ++i) ring.push_back(i + 40);
  ring.push_back(ring.front());
  EXPECT_EQ(ring.back(), 40);
}

TEST(Ring, MovingLeavesTheSourceEmptyAndUsable) {
  Ring<int> from;
  from.push_back(1);
  Ring<int> to(std::move(from));
  // NOLINTBEGIN(bugprone-use-after-move,clang-analyzer-cplusplus.Move): that is the point
  EXPECT_TRUE(from.empty());
  from.push_back(2);
  // NOLINTEND(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  EXPECT_EQ(to.front(), 1);
  to = std::move(from);
  EXPECT_EQ(to.size(), 1u);
  EXPECT_EQ(to.front(), 2);
}

}  // namespace
}  // namespace tcpstack::base
