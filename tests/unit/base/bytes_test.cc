// Views, gather lists, big-endian numbers, and the clock that nobody can read.
#include "stack/base/bytes.h"

#include <array>
#include <chrono>

#include <gtest/gtest.h>

#include "stack/base/time.h"

namespace tcpstack {
namespace {

template <typename Clock>
concept Readable = requires { Clock::now(); };

static_assert(Readable<std::chrono::steady_clock>);
static_assert(!Readable<StackClock>);

TEST(Time, TakesCoarserUnitsAndCountsMicroseconds) {
  using namespace std::chrono_literals;
  const Duration delay = 200ms;
  EXPECT_EQ(delay.count(), 200'000);
  EXPECT_EQ((Time{} + delay).time_since_epoch(), 200'000us);
}

TEST(Time, NeverComesAfterEverythingElse) {
  EXPECT_LT(Time{} + std::chrono::years(290'000), kNever);
}

TEST(Bytes, LoadsTheMostSignificantByteFirst) {
  constexpr std::array<std::uint8_t, 5> kBytes{0x01, 0x82, 0xf3, 0x04, 0x85};
  static_assert(load_be16(kBytes.data()) == 0x0182);
  static_assert(load_be32(kBytes.data()) == 0x0182f304);
  EXPECT_EQ(load_be16(kBytes.data() + 1), 0x82f3);  // unaligned, highest bit set
  EXPECT_EQ(load_be32(kBytes.data() + 1), 0x82f30485u);
}

TEST(Bytes, StoresTheMostSignificantByteFirstAndNothingElse) {
  std::array<std::uint8_t, 8> bytes{};
  store_be16(bytes.data() + 1, 0xfe01);
  store_be32(bytes.data() + 3, 0x89abcdef);
  EXPECT_EQ(bytes, (std::array<std::uint8_t, 8>{0, 0xfe, 0x01, 0x89, 0xab, 0xcd, 0xef, 0}));
}

TEST(Bytes, SizeOfAGatherListIsTheSumOfItsSpans) {
  const std::array<std::uint8_t, 100> bytes{};
  Spans spans;
  EXPECT_EQ(total_size(spans), 0u);
  spans.push_back(Bytes(bytes).first(60));
  spans.push_back(Bytes());
  spans.push_back(Bytes(bytes).last(7));
  EXPECT_EQ(total_size(spans), 67u);
}

}  // namespace
}  // namespace tcpstack
