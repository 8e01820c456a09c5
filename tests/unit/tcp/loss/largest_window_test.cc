// Windows of 1 GiB, the largest (RFC 7323 section 2.3): no sum and no product leaves its 32 bits.
#include <chrono>

#include <gtest/gtest.h>

#include "stack/tcp/congestion/congestion.h"
#include "stack/tcp/loss/prr.h"
#include "stack/tcp/loss/window_use.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kLargest = 1U << 30U;
constexpr std::uint32_t kSmss = 65495;

class LargestWindow : public testing::TestWithParam<const char*> {
 protected:
  LargestWindow() { slot.choose(GetParam()); }
  CongestionSlot slot;
};

TEST_P(LargestWindow, GrowsByWhatItShould) {
  CongestionWindow slow_start{.cwnd = kLargest / 2, .smss = kSmss};
  slot->grow(slow_start, {.acknowledged = kLargest / 2, .srtt = 100ms});
  EXPECT_EQ(slow_start.cwnd, kLargest);
  CongestionWindow avoidance{.cwnd = kLargest, .ssthresh = kLargest / 2, .smss = kSmss};
  for (int i = 0; i < 20; ++i)
    slot->grow(avoidance, {.now = Time{} + i * 100ms, .acknowledged = kLargest, .srtt = 100ms});
  EXPECT_GE(avoidance.cwnd, kLargest);
  EXPECT_LT(avoidance.cwnd, 2 * kLargest);
}

TEST_P(LargestWindow, IsReducedByItsShare) {
  const std::uint32_t ssthresh = slot->reduced({.cwnd = kLargest, .smss = kSmss});
  EXPECT_GE(ssthresh, kLargest / 2 - kSmss);
  EXPECT_LE(ssthresh, kLargest / 10 * 7 + kSmss);
}

INSTANTIATE_TEST_SUITE_P(Algorithms, LargestWindow, testing::Values("cubic", "reno", "tahoe"));

TEST(LargestFlight, ComesDownInProportion) {  // RFC 9937 section 6.2
  Prr prr;
  prr.begin(kLargest);
  const CongestionWindow window{.ssthresh = kLargest / 2, .smss = kSmss};
  EXPECT_EQ(prr.allow(kLargest / 4, AckKind::safe, kLargest / 4 * 3, window), kLargest / 8);
}

TEST(LargestFlight, IsUsedInFull) {
  WindowUse use;
  use.begin(Seq(1), Time{});
  use.measure({.cwnd = kLargest, .smss = kSmss}, kLargest, Seq(1), Seq(1) + kLargest);
  EXPECT_TRUE(use.is_limit({.cwnd = kLargest, .smss = kSmss}));
  EXPECT_TRUE(use.in_full);
}

}  // namespace
}  // namespace tcpstack::tcp
