// RangeSet against a row of booleans, on a line and across the point where positions wrap around.
#include "stack/base/range_set.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "stack/base/random.h"
#include "tests/unit/base/step.h"

namespace tcpstack::base {
namespace {

// A number on a circle of 2^32, without an order.
struct Point {
  std::uint32_t value;

  friend bool operator==(Point, Point) = default;
  friend std::int32_t operator-(Point a, Point b) {
    return static_cast<std::int32_t>(a.value - b.value);
  }
  friend Point operator+(Point a, std::uint32_t n) { return {a.value + n}; }
};

constexpr std::uint32_t kPlaces = 200;

using Row = std::vector<bool>;
using Set = RangeSet<Point>;

// The ranges as places relative to `base`: "3-7 9-12".
std::string text(const Set& set, Point base) {
  std::string result;
  for (const Set::Range& range : set) {
    result += std::to_string(range.begin - base) + '-' + std::to_string(range.end - base) + ' ';
  }
  return result;
}

std::string text(const Row& row) {
  std::string result;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i] && (i == 0 || !row[i - 1])) result += std::to_string(i) + '-';
    if (row[i] && (i + 1 == row.size() || !row[i + 1])) result += std::to_string(i + 1) + ' ';
  }
  return result;
}

// The run of the row that contains place `i`, which must be set.
Set::Range run_around(const Row& row, std::uint32_t i, Point base) {
  std::uint32_t begin = i;
  std::uint32_t end = i + 1;
  while (begin > 0 && row[begin - 1]) --begin;
  while (end < row.size() && row[end]) ++end;
  return {base + begin, base + end};
}

void check_questions(const Set& set, const Row& row, Point base, std::uint32_t b, std::uint32_t e,
                     Step at) {
  const auto is_set = [](bool place) { return place; };
  ASSERT_EQ(set.covers(base + b, base + e), std::all_of(row.begin() + b, row.begin() + e, is_set))
      << at << b << ' ' << e;
  ASSERT_EQ(set.overlaps(base + b, base + e), std::any_of(row.begin() + b, row.begin() + e, is_set))
      << at << b << ' ' << e;
  const Set::Range* const found = set.find(base + b);
  ASSERT_EQ(found != nullptr, row[b]) << at << b;
  if (found == nullptr) return;
  ASSERT_EQ(*found, run_around(row, b, base)) << at << b;
}

void behaves_like_row(std::uint64_t seed, Point base) {
  Random random(seed);
  Set set;
  Row row(kPlaces, false);
  for (Step at{seed}; at.number < 3000; ++at.number) {
    const std::uint32_t b = random.below(kPlaces);
    const std::uint32_t longest = std::min(kPlaces - b, 1 + random.below(20));
    const std::uint32_t e = b + 1 + random.below(longest);
    if (random.chance(0.7)) {
      std::fill(row.begin() + b, row.begin() + e, true);
      const Set::Range merged = set.insert(base + b, base + e);
      ASSERT_EQ(merged, run_around(row, b, base)) << at << b << ' ' << e;
    } else if (random.chance(0.3)) {
      const std::uint32_t cut = random.below(random.chance(0.2) ? kPlaces + 1 : kPlaces / 4);
      std::fill(row.begin(), row.begin() + cut, false);
      set.erase_before(base + cut);
    } else if (random.chance(0.3)) {
      std::fill(row.begin() + b, row.begin() + e, false);
      set.erase(base + b, base + e);
    }
    if (random.chance(0.02)) {
      set.clear();
      row.assign(kPlaces, false);
    }
    ASSERT_EQ(text(set, base), text(row)) << at;
    ASSERT_NO_FATAL_FAILURE(check_questions(set, row, base, b, e, at));
  }
}

TEST(RangeSet, BehavesLikeARowOfBooleans) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    ASSERT_NO_FATAL_FAILURE(behaves_like_row(seed, Point{1000}));
  }
}

TEST(RangeSet, BehavesTheSameWherePositionsWrapAround) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    ASSERT_NO_FATAL_FAILURE(behaves_like_row(seed, Point{0} + (0u - kPlaces / 2)));
    ASSERT_NO_FATAL_FAILURE(behaves_like_row(seed, Point{0x8000'0000u - kPlaces / 2}));
  }
}

TEST(RangeSet, TouchingRangesBecomeOne) {
  RangeSet<int> set;
  set.insert(10, 20);
  set.insert(30, 40);
  EXPECT_EQ(set.size(), 2u);
  EXPECT_EQ(set.insert(20, 30), (RangeSet<int>::Range{10, 40}));
  EXPECT_EQ(set.size(), 1u);
  EXPECT_EQ(set.front(), (RangeSet<int>::Range{10, 40}));
}

TEST(RangeSet, APositionBetweenTwoRangesKeepsThemApart) {
  RangeSet<int> set;
  set.insert(10, 20);
  set.insert(21, 30);
  EXPECT_EQ(set.size(), 2u);
  EXPECT_FALSE(set.covers(10, 30));
  EXPECT_FALSE(set.overlaps(20, 21));
  EXPECT_EQ(set.find(20), nullptr);
}

TEST(RangeSet, TheEndOfARangeIsNotInIt) {
  RangeSet<int> set;
  set.insert(10, 20);
  EXPECT_NE(set.find(19), nullptr);
  EXPECT_EQ(set.find(20), nullptr);
  EXPECT_FALSE(set.overlaps(5, 10));
  EXPECT_FALSE(set.overlaps(20, 25));
  EXPECT_TRUE(set.covers(10, 20));
  EXPECT_FALSE(set.covers(10, 21));
}

TEST(RangeSet, EraseBeforeDropsAndCuts) {
  RangeSet<int> set;
  set.insert(10, 20);
  set.insert(30, 40);
  set.erase_before(10);
  EXPECT_EQ(set.front().begin, 10);
  set.erase_before(20);
  EXPECT_EQ(set.front().begin, 30);
  set.erase_before(35);
  EXPECT_EQ(set.front(), (RangeSet<int>::Range{35, 40}));
  set.erase_before(40);
  EXPECT_TRUE(set.empty());
  set.erase_before(50);
  EXPECT_TRUE(set.empty());
}

}  // namespace
}  // namespace tcpstack::base
