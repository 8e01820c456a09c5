// A set of positions, kept as ranges: disjoint, never touching, in order.
//
// The positions may lie on a circle, such as numbers that wrap around. They have no order then,
// only a signed distance, and that is all this file uses: a comes before b if (a - b) < 0. All
// positions in one set must lie within half the circle of one another.
//
// Ranges are half-open: [begin, end). Searching is a binary search, inserting moves the ranges
// that lie behind.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

namespace tcpstack::base {

// Position needs: a - b, giving a signed distance; a == b; copying.
template <typename Position>
class RangeSet {
 public:
  struct Range {
    Position begin;
    Position end;

    friend bool operator==(const Range&, const Range&) = default;
  };
  using const_iterator = typename std::vector<Range>::const_iterator;

  // Adds [begin, end), merging it with the ranges that it overlaps or touches. Returns the range
  // that contains it now. Requires begin before end.
  Range insert(Position begin, Position end);

  // Removes everything before `position`, cutting the range that contains it.
  void erase_before(Position position);

  // Removes [begin, end), cutting the ranges at its ends. Requires begin before end.
  void erase(Position begin, Position end);

  // Is all of [begin, end) in the set? Requires begin before end.
  bool covers(Position begin, Position end) const {
    assert(before(begin, end));
    const Range* const range = find(begin);
    return range != nullptr && !before(range->end, end);
  }

  // Is any of [begin, end) in the set? Requires begin before end.
  bool overlaps(Position begin, Position end) const {
    assert(before(begin, end));
    const auto range = first_ending_after(begin);
    return range != ranges_.end() && before(range->begin, end);
  }

  // The range that contains `position`, or null. Valid until the set changes.
  const Range* find(Position position) const {
    const auto range = first_ending_after(position);
    return range != ranges_.end() && !before(position, range->begin) ? &*range : nullptr;
  }

  // The number of ranges.
  std::size_t size() const { return ranges_.size(); }
  bool empty() const { return ranges_.empty(); }

  // The first range. Requires !empty().
  const Range& front() const {
    assert(!empty());
    return ranges_.front();
  }

  // The ranges in order.
  const_iterator begin() const { return ranges_.begin(); }
  const_iterator end() const { return ranges_.end(); }

  // Removes everything and keeps the memory.
  void erase_all() { ranges_.clear(); }

  // Removes everything and frees the memory.
  void clear() { std::vector<Range>().swap(ranges_); }

 private:
  static bool before(const Position& a, const Position& b) { return (a - b) < 0; }

  // The first range that ends behind `position`: it contains the position or lies behind it.
  const_iterator first_ending_after(Position position) const {
    return std::ranges::partition_point(
        ranges_, [&](const Range& range) { return !before(position, range.end); });
  }

  std::vector<Range> ranges_;
};

template <typename Position>
typename RangeSet<Position>::Range RangeSet<Position>::insert(Position begin, Position end) {
  assert(before(begin, end));
  Range merged{begin, end};
  // The ranges to merge are [first, last): from the first that does not end before `begin` to the
  // last that does not begin behind `end`.
  const auto first = std::ranges::partition_point(
      ranges_, [&](const Range& range) { return before(range.end, begin); });
  auto last = first;
  for (; last != ranges_.end() && !before(end, last->begin); ++last) {
    if (before(last->begin, merged.begin)) merged.begin = last->begin;
    if (before(merged.end, last->end)) merged.end = last->end;
  }
  if (first == last) {
    ranges_.insert(first, merged);
  } else {
    *first = merged;
    ranges_.erase(std::next(first), last);
  }
  return merged;
}

template <typename Position>
void RangeSet<Position>::erase(Position begin, Position end) {
  assert(before(begin, end));
  auto range = ranges_.begin() + (first_ending_after(begin) - ranges_.cbegin());
  if (range != ranges_.end() && before(range->begin, begin)) {
    const Range right{end, range->end};
    range->end = begin;
    ++range;
    if (before(right.begin, right.end)) {
      ranges_.insert(range, right);
      return;
    }
  }
  auto last = range;
  while (last != ranges_.end() && !before(end, last->end)) ++last;
  range = ranges_.erase(range, last);
  if (range != ranges_.end() && before(range->begin, end)) range->begin = end;
}

template <typename Position>
void RangeSet<Position>::erase_before(Position position) {
  ranges_.erase(ranges_.begin(), first_ending_after(position));
  if (!empty() && before(ranges_.front().begin, position)) ranges_.front().begin = position;
}

}  // namespace tcpstack::base
