// ByteQueue against a string with holes, its accounts with the pool, and the edges of blocks.
#include "stack/base/byte_queue.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "stack/base/random.h"
#include "tests/unit/base/step.h"

namespace tcpstack::base {
namespace {

constexpr std::size_t kBlock = BlockPool::kBlockSize;

std::string random_bytes(Random& random, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  random.fill(bytes);
  return {bytes.begin(), bytes.end()};
}

Bytes view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

MutableBytes room(std::string& text) {
  return {reinterpret_cast<std::uint8_t*>(text.data()), text.size()};
}

std::string peek(const ByteQueue& queue, std::size_t offset, std::size_t n) {
  std::string out(n, '\0');
  out.resize(queue.peek(offset, room(out)));
  return out;
}

std::string joined(const Spans& spans) {
  std::string bytes;
  for (const Bytes& span : spans) bytes.append(span.begin(), span.end());
  return bytes;
}

// The model of a ByteQueue: a string that starts with the first block, a mark for each written byte, and the range
// of readable bytes.
struct Model {
  std::string bytes;
  std::string marks;
  std::size_t front = 0;
  std::size_t end = 0;

  std::size_t size() const { return end - front; }

  void write_at(std::size_t offset, std::string_view added) {
    if (added.empty()) return;
    const std::size_t place = front + offset;
    bytes.resize(std::max(bytes.size(), place + added.size()), '?');
    marks.resize(bytes.size(), ' ');
    bytes.replace(place, added.size(), added);
    marks.replace(place, added.size(), added.size(), 'x');
  }

  // The number of bytes that extend() may add.
  std::size_t extendable() const { return std::min(marks.find(' ', end), marks.size()) - end; }

  void discard(std::size_t n) {
    front += n;
    const std::size_t used_up = front / kBlock * kBlock;
    bytes.erase(0, used_up);
    marks.erase(0, used_up);
    front -= used_up;
    end -= used_up;
    if (front == bytes.size()) *this = Model{};
  }

  std::size_t blocks() const {
    std::size_t count = 0;
    for (std::size_t place = 0; place < marks.size(); place += kBlock) {
      if (marks.substr(place, kBlock).contains('x')) ++count;
    }
    return count;
  }

  std::string readable(std::size_t offset, std::size_t n) const {
    return bytes.substr(0, end).substr(std::min(front + offset, end), n);
  }
};

// One operation of each kind, applied to both.
struct Pair {
  ByteQueue& queue;
  Model& model;
  Random& random;

  std::uint32_t size() const { return static_cast<std::uint32_t>(model.size()); }

  void append() {
    const auto bytes = random_bytes(random, random.below(9000));
    queue.append(view(bytes));  // may replace what was written ahead
    model.write_at(model.size(), bytes);
    model.end += bytes.size();
  }

  void write_ahead() {
    const auto bytes = random_bytes(random, random.below(5000));
    const std::size_t offset = random.below(size() + 30'000);
    queue.write_at(offset, view(bytes));
    model.write_at(offset, bytes);
  }

  void extend() {
    std::size_t n = model.extendable();
    if (random.chance(0.3)) n = random.below(static_cast<std::uint32_t>(n) + 1);
    queue.extend(n);
    model.end += n;
  }

  void read(Step at) {
    std::string out(random.below(12'000), '\0');
    const auto expected = model.readable(0, out.size());
    out.resize(queue.read(room(out)));
    ASSERT_TRUE(out == expected) << at << "read " << out.size();
    model.discard(expected.size());
  }

  void discard() {
    const std::size_t n = random.chance(0.2) ? size() : random.below(size() + 1);
    queue.discard(n);
    model.discard(n);
  }
};

void expect_equal(const ByteQueue& queue, const Model& model, Random& random, Step at) {
  ASSERT_EQ(queue.size(), model.size()) << at;
  ASSERT_EQ(queue.empty(), model.size() == 0) << at;
  ASSERT_EQ(queue.blocks(), model.blocks()) << at;
  const std::size_t offset = random.below(static_cast<std::uint32_t>(model.size()) + 100);
  const std::size_t n = random.below(20'000);
  const auto expected = model.readable(offset, n);
  ASSERT_TRUE(peek(queue, offset, n) == expected) << at << offset << ' ' << n;
  Spans spans;
  ASSERT_EQ(queue.gather(offset, n, spans), expected.size()) << at << offset << ' ' << n;
  ASSERT_TRUE(joined(spans) == expected) << at << offset << ' ' << n;
}

void behaves_like_string_with_holes(std::uint64_t seed) {
  Random random(seed);
  BlockPool pool(4);
  {
    ByteQueue queue(pool);
    Model model;
    Pair pair{queue, model, random};
    for (Step at{seed}; at.number < 2000; ++at.number) {
      switch (random.below(8)) {
        case 0: pair.append(); break;
        case 1:
        case 2: pair.write_ahead(); break;
        case 3: pair.extend(); break;
        case 4:
        case 5: ASSERT_NO_FATAL_FAILURE(pair.read(at)); break;
        case 6: pair.discard(); break;
        default:
          if (random.chance(0.9)) break;
          queue.clear();
          model = Model{};
      }
      if (random.chance(0.01)) queue = ByteQueue(std::move(queue));
      ASSERT_NO_FATAL_FAILURE(expect_equal(queue, model, random, at));
      ASSERT_EQ(pool.in_use(), queue.blocks()) << at;
    }
  }
  ASSERT_EQ(pool.in_use(), 0u);
}

TEST(ByteQueue, BehavesLikeAStringWithHoles) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    ASSERT_NO_FATAL_FAILURE(behaves_like_string_with_holes(seed));
  }
}

class ByteQueueTest : public testing::Test {
 protected:
  BlockPool pool;
  ByteQueue queue{pool};
  Random random{1};
};

TEST_F(ByteQueueTest, IsEmptyAndHoldsNoBlockAtFirst) {
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.blocks(), 0u);
  EXPECT_EQ(peek(queue, 0, 10).size(), 0u);
  queue.append(Bytes());
  queue.write_at(5000, Bytes());
  queue.extend(0);
  queue.discard(0);
  EXPECT_EQ(queue.blocks(), 0u);
}

TEST_F(ByteQueueTest, HoldsNoBlockWhenEverythingWasRead) {
  const auto bytes = random_bytes(random, 100);
  queue.append(view(bytes));
  EXPECT_EQ(queue.blocks(), 1u);
  std::string out(100, '\0');
  EXPECT_EQ(queue.read(room(out)), 100u);
  EXPECT_EQ(out, bytes);
  EXPECT_EQ(queue.blocks(), 0u);
  EXPECT_EQ(pool.in_use(), 0u);
}

TEST_F(ByteQueueTest, AnEmptyQueueStartsAtTheBeginningOfABlock) {
  queue.append(view(random_bytes(random, 100)));
  queue.discard(100);
  queue.append(view(random_bytes(random, kBlock)));
  EXPECT_EQ(queue.blocks(), 1u);
}

TEST_F(ByteQueueTest, ExactlyFullBlocksNeedNoOther) {
  queue.append(view(random_bytes(random, 2 * kBlock)));
  EXPECT_EQ(queue.blocks(), 2u);
  queue.discard(kBlock);
  EXPECT_EQ(queue.blocks(), 1u);
  queue.discard(kBlock - 1);
  EXPECT_EQ(queue.blocks(), 1u);
  queue.discard(1);
  EXPECT_EQ(queue.blocks(), 0u);
}

TEST_F(ByteQueueTest, AHoleTakesNoBlockUntilItIsFilled) {
  const auto bytes = random_bytes(random, 10 * kBlock);
  queue.write_at(9 * kBlock, view(bytes).subspan(9 * kBlock));
  EXPECT_EQ(queue.blocks(), 1u);
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_EQ(peek(queue, 9 * kBlock, 10).size(), 0u);
  queue.write_at(0, view(bytes).first(9 * kBlock));
  EXPECT_EQ(queue.blocks(), 10u);
  queue.extend(10 * kBlock);
  EXPECT_EQ(peek(queue, 0, 10 * kBlock), bytes);
}

TEST_F(ByteQueueTest, WhatIsWrittenAheadSurvivesReadingUpToTheHole) {
  const auto bytes = random_bytes(random, 300);
  queue.append(view(bytes).first(100));
  queue.write_at(200, view(bytes).subspan(200));
  queue.discard(100);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.blocks(), 1u);
  queue.write_at(0, view(bytes).subspan(100, 100));
  queue.extend(200);
  EXPECT_EQ(peek(queue, 0, 200), bytes.substr(100));
}

TEST_F(ByteQueueTest, RewritingReplaces) {
  queue.append(view(random_bytes(random, 3 * kBlock)));
  const auto bytes = random_bytes(random, 2 * kBlock);
  queue.write_at(10, view(bytes));
  EXPECT_EQ(queue.size(), 3 * kBlock);
  EXPECT_EQ(peek(queue, 10, 2 * kBlock), bytes);
}

TEST_F(ByteQueueTest, GatherShowsTheBlocksThemselves) {
  queue.append(view(random_bytes(random, 3 * kBlock)));
  queue.discard(96);
  Spans spans;
  EXPECT_EQ(queue.gather(4, 4000 + 200, spans), 4200u);
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_EQ(spans[0].size(), kBlock - 100);
  EXPECT_EQ(spans[1].size(), 4200 - (kBlock - 100));
  const std::uint8_t* const before = spans[1].data();
  Spans again;
  queue.gather(kBlock - 96, 1, again);
  EXPECT_EQ(again[0].data(), before);
}

TEST_F(ByteQueueTest, GatherAppendsAndStopsWhenTheListIsFull) {
  queue.append(view(random_bytes(random, 20 * kBlock)));
  const std::uint8_t header = 0;
  Spans spans{Bytes(&header, 1)};
  EXPECT_EQ(queue.gather(100, 20 * kBlock, spans), 17 * kBlock - 100);
  EXPECT_EQ(spans.size(), 18u);
  EXPECT_EQ(spans[0].data(), &header);
  EXPECT_EQ(total_size(spans), 17 * kBlock - 100 + 1);
}

TEST_F(ByteQueueTest, WholeBlocksOfConstantBytesStayWhereTheyAre) {
  const std::string constant = random_bytes(random, 3 * kBlock);
  queue.append(view("head"));
  queue.append_constant(view(constant));
  queue.append(view("tail"));
  EXPECT_EQ(peek(queue, 0, queue.size()), "head" + constant + "tail");
  EXPECT_EQ(queue.blocks(), 2u) << "the first and the last are filled by copying";
  Spans spans;
  EXPECT_EQ(queue.gather(kBlock, 2 * kBlock, spans), 2 * kBlock);
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0].data(), view(constant).subspan(kBlock - 4).data());
  queue.discard(2 * kBlock + 10);
  EXPECT_EQ(peek(queue, 0, queue.size()), constant.substr(2 * kBlock + 6) + "tail");
  queue.clear();
  EXPECT_EQ(pool.in_use(), 0u);
}

TEST_F(ByteQueueTest, ConstantBytesFromElsewhereTakeAViewOfTheirOwn) {
  const std::string one = random_bytes(random, kBlock);
  const std::string other = random_bytes(random, kBlock);
  queue.append_constant(view(one));
  queue.append_constant(view(other));
  Spans spans;
  EXPECT_EQ(queue.gather(0, 2 * kBlock, spans), 2 * kBlock);
  EXPECT_EQ(spans.size(), 2u);
  EXPECT_EQ(joined(spans), one + other);
}

TEST_F(ByteQueueTest, ConstantBytesGoOnInAFullGatherList) {
  const std::string constant = random_bytes(random, 2 * kBlock);
  for (int i = 0; i < 17; ++i) queue.append(view(random_bytes(random, kBlock)));
  queue.append_constant(view(constant));
  Spans spans;
  EXPECT_EQ(queue.gather(0, queue.size(), spans), 19 * kBlock);
  EXPECT_EQ(spans.size(), 18u);
}

TEST_F(ByteQueueTest, TheLargestPacketFitsAGatherListWhereverItBegins) {
  queue.append(view(random_bytes(random, 20 * kBlock)));
  for (const std::size_t offset : {std::size_t{0}, std::size_t{1}, kBlock - 1}) {
    Spans spans;
    EXPECT_EQ(queue.gather(offset, 65'535, spans), 65'535u);
  }
}

TEST_F(ByteQueueTest, MovingLeavesTheSourceEmptyAndUsable) {
  const auto bytes = random_bytes(random, 5000);
  queue.append(view(bytes));
  ByteQueue other(std::move(queue));
  EXPECT_EQ(queue.size(), 0u);  // NOLINT(bugprone-use-after-move): that is the point
  EXPECT_EQ(queue.blocks(), 0u);
  queue.append(view(bytes).first(10));
  EXPECT_EQ(peek(other, 0, 5000), bytes);
  other = std::move(queue);
  EXPECT_EQ(other.size(), 10u);
  EXPECT_EQ(pool.in_use(), 1u);
}

TEST_F(ByteQueueTest, MemoryGoesRoundBetweenQueueAndPool) {
  std::string out(3 * kBlock, '\0');
  const auto bytes = random_bytes(random, 3 * kBlock);
  queue.append(view(bytes));
  queue.read(room(out));
  for (int i = 0; i < 1000; ++i) {
    queue.append(view(bytes));
    queue.read(room(out));
    ASSERT_EQ(pool.cached(), 3u);
  }
  EXPECT_EQ(out, bytes);
}

}  // namespace
}  // namespace tcpstack::base
