// Reno (RFC 5681), CUBIC (RFC 9438) and HyStart++ (RFC 9406) against figures worked by hand.
#include <chrono>

#include <gtest/gtest.h>

#include "stack/tcp/congestion/cubic.h"
#include "stack/tcp/congestion/hystart.h"
#include "stack/tcp/congestion/reno.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kSmss = 1000;

CongestionWindow avoidance(std::uint32_t segments) {
  return {.cwnd = segments * kSmss, .ssthresh = kSmss, .smss = kSmss};
}

TEST(Reno, GrowsByWhatIsAcknowledgedInSlowStartAndStopsAtSsthresh) {  // RFC 5681 3.1
  Reno reno;
  CongestionWindow window{.cwnd = 10 * kSmss, .ssthresh = 15 * kSmss, .smss = kSmss};
  reno.grow(window, {.acknowledged = 4 * kSmss});
  EXPECT_EQ(window.cwnd, 14 * kSmss);
  reno.grow(window, {.acknowledged = 4 * kSmss});
  EXPECT_EQ(window.cwnd, 15 * kSmss);
}

TEST(Reno, GrowsByASegmentPerWindowInAvoidance) {  // RFC 5681 3.1
  Reno reno;
  CongestionWindow window = avoidance(10);
  for (int i = 0; i < 9; ++i) reno.grow(window, {.acknowledged = kSmss});
  EXPECT_EQ(window.cwnd, 10 * kSmss);
  reno.grow(window, {.acknowledged = kSmss});
  EXPECT_EQ(window.cwnd, 11 * kSmss);
}

// Bytes acknowledged beyond a window's worth count for the next segment.
TEST(Reno, KeepsWhatIsLeftOver) {  // RFC 5681 3.1
  Reno reno;
  CongestionWindow window = avoidance(10);
  reno.grow(window, {.acknowledged = 15 * kSmss});
  EXPECT_EQ(window.cwnd, 11 * kSmss);  // 5 are left
  reno.grow(window, {.acknowledged = 5 * kSmss});
  EXPECT_EQ(window.cwnd, 11 * kSmss);  // 10 of 11
  reno.grow(window, {.acknowledged = kSmss});
  EXPECT_EQ(window.cwnd, 12 * kSmss);
}

// Slow start takes 5 of 8 segments, up to ssthresh. Only the other 3 count in congestion avoidance.
TEST(Reno, CountsNothingTwice) {  // RFC 5681 3.1
  Reno reno;
  CongestionWindow window{.cwnd = 10 * kSmss, .ssthresh = 15 * kSmss, .smss = kSmss};
  reno.grow(window, {.acknowledged = 8 * kSmss});
  reno.grow(window, {.acknowledged = 11 * kSmss});
  EXPECT_EQ(window.cwnd, 15 * kSmss);  // 14 of 15
  reno.grow(window, {.acknowledged = kSmss});
  EXPECT_EQ(window.cwnd, 16 * kSmss);
}

TEST(Reno, AReductionBeginsTheCountAnew) {  // RFC 5681 3.1
  Reno reno;
  CongestionWindow window = avoidance(10);
  reno.grow(window, {.acknowledged = 9 * kSmss});
  window.cwnd = reno.reduced(window);
  reno.grow(window, {.acknowledged = 4 * kSmss});
  EXPECT_EQ(window.cwnd, 5 * kSmss);
  reno.grow(window, {.acknowledged = kSmss});
  EXPECT_EQ(window.cwnd, 6 * kSmss);
}

TEST(Reno, HalvesButKeepsTwoSegments) {  // RFC 5681 3.1, equation (4)
  Reno reno;
  EXPECT_EQ(reno.reduced(avoidance(20)), 10 * kSmss);
  EXPECT_EQ(reno.reduced(avoidance(3)), 2 * kSmss);
}

TEST(Cubic, FallsToSevenTenthsWhateverTheSegmentSize) {  // RFC 9438 4.6
  for (const std::uint32_t smss : {536U, 1000U, 1448U, 1460U}) {
    for (std::uint32_t tens = 1; tens < 100; ++tens) {
      Cubic cubic;
      const CongestionWindow window{.cwnd = 10 * tens * smss, .ssthresh = 0, .smss = smss};
      EXPECT_EQ(cubic.reduced(window), 7 * tens * smss) << tens << " * 10 * " << smss;
    }
  }
}

// Reduced at 100 segments: W_max = 100, cwnd = 70, K = cbrt(30 / 0.4) = 4.217 s, and W_cubic(t) = 0.4 (t - K)^3 + 100.
class CubicAt100 : public testing::Test {
 protected:
  CubicAt100() { window.cwnd = window.ssthresh = cubic.reduced(window); }

  // An acknowledgment so long after the first one, which begins the epoch.
  void acknowledge(Duration after, std::uint32_t bytes) {
    cubic.grow(window, {.now = start + after, .acknowledged = bytes, .srtt = 100ms});
  }

  const Time start{1s};
  Cubic cubic;
  CongestionWindow window = avoidance(100);
};

// W_cubic(0.9 s + SRTT) = 86.68. On the steep part of the curve C, K, beta, W_max and the SRTT ahead all show.
TEST_F(CubicAt100, FollowsTheCurve) {  // RFC 9438 4.2
  ASSERT_EQ(window.cwnd, 70 * kSmss);
  acknowledge(0ms, 0);
  acknowledge(900ms, window.cwnd);
  EXPECT_EQ(window.cwnd, 86 * kSmss);
}

TEST_F(CubicAt100, IsBackAtWMaxAfterK) {  // RFC 9438 4.2
  acknowledge(0ms, 0);
  acknowledge(4118ms, window.cwnd);
  EXPECT_EQ(window.cwnd, 100 * kSmss);
}

// Each acknowledged segment is worth (86.68 - 70) / 70 = 0.238 segments: the fifth makes one, 0.19 is left.
TEST_F(CubicAt100, GrowsByTheShareOfTheWindowThatIsAcknowledged) {  // RFC 9438 4.4
  acknowledge(0ms, 0);
  for (int i = 0; i < 4; ++i) acknowledge(900ms, kSmss);
  EXPECT_EQ(window.cwnd, 70 * kSmss);
  acknowledge(900ms, kSmss);
  EXPECT_EQ(window.cwnd, 71 * kSmss);
  acknowledge(900ms, kSmss);
  EXPECT_EQ(window.cwnd, 71 * kSmss);
}

// 0.95 of a segment is earned; the reduction takes it away with the rest of the epoch.
TEST_F(CubicAt100, AReductionTakesWhatIsEarned) {  // RFC 9438 4.2
  acknowledge(0ms, 0);
  for (int i = 0; i < 4; ++i) acknowledge(900ms, kSmss);
  window.cwnd = window.ssthresh = cubic.reduced(window);
  ASSERT_EQ(window.cwnd, 49 * kSmss);
  acknowledge(1000ms, kSmss);
  EXPECT_EQ(window.cwnd, 49 * kSmss);
}

// Reduced at 86 again: W_max = 86 * 0.85 = 73.1, cwnd = 60, K = cbrt(13.1 / 0.4) = 3.199 s from then on, and
// W_cubic(0.9 s + SRTT) = 73.1 - 0.4 * 2.199^3 = 68.85.
TEST_F(CubicAt100, EachReductionBeginsAnEpoch) {  // RFC 9438 4.2
  acknowledge(0ms, 0);
  acknowledge(900ms, window.cwnd);
  window.cwnd = window.ssthresh = cubic.reduced(window);
  ASSERT_EQ(window.cwnd, 60 * kSmss);
  acknowledge(5000ms, 0);
  acknowledge(5900ms, window.cwnd);
  EXPECT_EQ(window.cwnd, 68 * kSmss);
}

// W_cubic(15 s) = 601.
TEST_F(CubicAt100, GrowsByHalfPerRoundAtMost) {  // RFC 9438 4.2: target
  acknowledge(0ms, 0);
  acknowledge(14900ms, window.cwnd);
  EXPECT_EQ(window.cwnd, 105 * kSmss);
}

// W_cubic(0.2 s) = 74.
TEST_F(CubicAt100, StaysWhenItIsAheadOfTheCurve) {  // RFC 9438 4.2: target
  acknowledge(0ms, 0);
  window.cwnd = 90 * kSmss;
  acknowledge(100ms, window.cwnd);
  EXPECT_EQ(window.cwnd, 90 * kSmss);
  acknowledge(100ms, window.cwnd);
  EXPECT_EQ(window.cwnd, 90 * kSmss);
}

// SMSS is a quarter: W_max = 400, cwnd = 280, K = cbrt(120 / 0.4) = 6.694 s from now on, and W_cubic(0.9 s + SRTT) =
// 400 - 0.4 * 5.694^3 = 326.1. The old curve would not reach 280 segments within seconds.
TEST_F(CubicAt100, TheCurveFollowsTheSegmentSize) {  // RFC 9438 4.2: windows in segments
  acknowledge(0ms, 0);
  cubic.smss_changed(kSmss, kSmss / 4);
  window.smss = kSmss / 4;
  acknowledge(1000ms, 0);
  acknowledge(1900ms, window.cwnd);
  EXPECT_EQ(window.cwnd, 326 * window.smss);
}

// Its fast convergence, too: 100 segments were cwnd, and 280 smaller ones are less than that (RFC 9438 4.7).
TEST_F(CubicAt100, WMaxFollowsTheSegmentSize) {
  cubic.smss_changed(kSmss, kSmss / 4);
  window.smss = kSmss / 4;
  window.cwnd = window.ssthresh = cubic.reduced(window);
  EXPECT_EQ(window.cwnd, 196 * window.smss);
  acknowledge(0ms, 0);
  // W_max = 280 * 0.85 = 238, K = cbrt(42 / 0.4) = 4.718 s.
  acknowledge(4618ms, window.cwnd);
  EXPECT_EQ(window.cwnd, 238 * window.smss);
}

// A reduction that is taken back after SMSS has changed: the old curve, in new segments.
TEST_F(CubicAt100, TheCurveBeforeFollowsTheSegmentSize) {  // RFC 9438 4.9
  window.cwnd = 100 * kSmss;
  (void)cubic.reduced(window);
  cubic.smss_changed(kSmss, kSmss / 2);
  window.smss = kSmss / 2;
  window.cwnd = window.ssthresh = 70 * kSmss;
  cubic.undo();
  acknowledge(0ms, 0);
  // W_max = 200, cwnd = 140, K = cbrt(60 / 0.4) = 5.313 s.
  acknowledge(5213ms, window.cwnd);
  EXPECT_NEAR(window.cwnd, 200 * window.smss, window.smss);
}

TEST_F(CubicAt100, TimeWithoutTextDoesNotCount) {  // RFC 9438 4.2
  acknowledge(0ms, 0);
  cubic.idle_ended(10s);
  acknowledge(10900ms, window.cwnd);
  EXPECT_EQ(window.cwnd, 86 * kSmss);
}

// Slow start ended without a loss: W_max = 10 and K = 0, so that W_cubic(1.9 s + SRTT) = 0.4 * 8 + 10 = 13.2.
TEST(Cubic, WithoutAReductionTheCurveBeginsAtItsPlateau) {  // RFC 9438 4.2
  Cubic cubic;
  CongestionWindow window = avoidance(10);
  const Time start(1s);
  cubic.grow(window, {.now = start, .srtt = 100ms});
  cubic.grow(window, {.now = start + 1900ms, .acknowledged = window.cwnd, .srtt = 100ms});
  EXPECT_EQ(window.cwnd, 13 * kSmss);
}

// cwnd = 7.5 segments, W_est = 7.76: the whole segments of W_est are fewer than what is there.
TEST(Cubic, TheRenoFriendlyRegionTakesNothingAway) {  // RFC 9438 4.3
  Cubic cubic;
  CongestionWindow window = avoidance(10);
  window.cwnd = window.ssthresh = cubic.reduced(window);
  window.cwnd += kSmss / 2;
  cubic.grow(window, {.now = Time(1s), .acknowledged = 4 * kSmss, .srtt = 1ms});
  EXPECT_EQ(window.cwnd, 7 * kSmss + kSmss / 2);
}

TEST(Cubic, SlowStartEndsAtSsthresh) {  // RFC 5681 3.1
  Cubic cubic;
  CongestionWindow window{.cwnd = 10 * kSmss, .ssthresh = 15 * kSmss, .smss = kSmss};
  cubic.grow(window, {.acknowledged = 8 * kSmss});
  EXPECT_EQ(window.cwnd, 15 * kSmss);
}

// W_est grows by alpha = 3 * 0.3 / 1.7 = 0.529 a round from 7 on, by 1 once it has reached W_max = 10.
TEST(Cubic, IsNoSlowerThanRenoOnAShortPath) {  // RFC 9438 4.3
  Cubic cubic;
  CongestionWindow window = avoidance(10);
  window.cwnd = window.ssthresh = cubic.reduced(window);
  Time now(1s);
  for (int round = 1; round <= 7; ++round) {
    cubic.grow(window, {.now = now += 1ms, .acknowledged = window.cwnd, .srtt = 1ms});
    if (round == 5) {
      EXPECT_EQ(window.cwnd, 9 * kSmss);  // 9.65
    }
    if (round == 6) {
      EXPECT_EQ(window.cwnd, 10 * kSmss);  // 10.18
    }
  }
  EXPECT_EQ(window.cwnd, 11 * kSmss);  // 11.18
}

// Reduced at 100 and again at 80: W_max = 80 * 1.7 / 2 = 68, K = cbrt((68 - 56) / 0.4) = 3.107 s.
TEST(Cubic, AFlowThatDidNotGetBackLeavesRoom) {  // RFC 9438 4.7
  Cubic cubic;
  (void)cubic.reduced(avoidance(100));
  CongestionWindow window = avoidance(80);
  window.cwnd = window.ssthresh = cubic.reduced(window);
  ASSERT_EQ(window.cwnd, 56 * kSmss);
  const Time start(1s);
  cubic.grow(window, {.now = start, .srtt = 500ms});
  cubic.grow(window, {.now = start + 2607ms, .acknowledged = window.cwnd, .srtt = 500ms});
  EXPECT_NEAR(window.cwnd, 68 * kSmss, kSmss);
}

// K = 4.217 s as above. A reduction that is taken back changes nothing: at K the window is W_max.
TEST(Cubic, AReductionThatIsTakenBackLeavesTheCurve) {  // RFC 9438 4.9
  Cubic cubic;
  CongestionWindow window = avoidance(100);
  window.cwnd = window.ssthresh = cubic.reduced(window);
  const Time start(1s);
  cubic.grow(window, {.now = start, .srtt = 100ms});
  const CongestionWindow before = window;
  (void)cubic.reduced(window);
  cubic.undo();
  window = before;
  cubic.grow(window, {.now = start + 4117ms, .acknowledged = window.cwnd, .srtt = 100ms});
  EXPECT_NEAR(window.cwnd, 100 * kSmss, kSmss);
}

class HyStartTest : public testing::Test {
 protected:
  // Ten segments acknowledged one by one; the last one ends the round.
  void round(Duration rtt) { round(rtt, rtt); }
  void round(Duration first, Duration others) {
    const std::uint32_t end = una + 10 * kSmss;
    for (int i = 0; i < 10; ++i) {
      una += kSmss;
      hystart.grow(window, {.acknowledged = kSmss,
                            .rtt = i == 0 ? first : others,
                            .una = una,
                            .nxt = una < end ? end : end + 10 * kSmss});
    }
  }
  HyStart hystart;
  CongestionWindow window{.cwnd = 10 * kSmss, .smss = kSmss};
  std::uint32_t una = 1;
};

// RttThresh is an eighth of the last round's minimum, but 4 ms at least and 16 ms at most.
struct Threshold {
  Duration rtt;
  Duration highest;  // of the next round, without which it is too slow
};
class HyStartThreshold : public HyStartTest, public testing::WithParamInterface<Threshold> {};
INSTANTIATE_TEST_SUITE_P(RttThresh, HyStartThreshold,
                         testing::Values(Threshold{10ms, 14ms}, Threshold{32ms, 36ms},
                                         Threshold{100ms, 112500us}, Threshold{128ms, 144ms},
                                         Threshold{200ms, 216ms}));

TEST_P(HyStartThreshold, ASmallIncreaseOfTheRttDoesNotSlowItDown) {  // RFC 9406 4.2
  round(GetParam().rtt);
  round(GetParam().highest - 1us);
  EXPECT_EQ(window.cwnd, 30 * kSmss);
}

TEST_P(HyStartThreshold, TheThresholdDoes) {  // RFC 9406 4.2
  round(GetParam().rtt);
  round(GetParam().highest);
  EXPECT_EQ(window.cwnd, 28500U);  // 8 whole segments, then a quarter for each of 2
}

// The eighth sample shows it; a sample without a measurement does not count.
TEST_F(HyStartTest, ARoundNeedsEightSamples) {  // RFC 9406 4.2
  round(100ms);
  hystart.grow(window, {.acknowledged = kSmss, .una = una + kSmss, .nxt = una + 10 * kSmss});
  for (int i = 0; i < 8; ++i)
    hystart.grow(window, {.acknowledged = kSmss, .rtt = 200ms, .una = una + kSmss, .nxt = una});
  EXPECT_EQ(window.cwnd, 29 * kSmss);
  hystart.grow(window, {.acknowledged = kSmss, .rtt = 200ms, .una = una + kSmss, .nxt = una});
  EXPECT_EQ(window.cwnd, 29 * kSmss + kSmss / 4);
}

// The first segment of each round took 100 ms, the others waited behind it: the minimum is the same.
TEST_F(HyStartTest, ARoundIsAsFastAsItsFastestSegment) {  // RFC 9406 4.2
  round(100ms, 100ms);
  round(100ms, 120ms);
  round(100ms, 140ms);
  EXPECT_EQ(window.cwnd, 40 * kSmss);
}

TEST_F(HyStartTest, OneAcknowledgmentIsWorthAllThatItAcknowledges) {  // RFC 9406 4.3: L is infinite
  hystart.grow(window, {.acknowledged = 44 * kSmss});
  EXPECT_EQ(window.cwnd, 54 * kSmss);
}

TEST_F(HyStartTest, AfterALossSlowStartIsThatOfRfc5681) {  // RFC 9406 4.2
  hystart.stop();
  hystart.grow(window, {.acknowledged = 20 * kSmss});
  EXPECT_EQ(window.cwnd, 30 * kSmss);
}

// Three rounds of Conservative Slow Start, a false alarm, and then five whole ones.
TEST_F(HyStartTest, EachConservativeSlowStartHasFiveRounds) {  // RFC 9406 4.2
  round(100ms);
  for (int i = 0; i < 3; ++i) round(113ms);
  round(100ms);
  round(100ms);
  for (int i = 0; i < 4; ++i) round(113ms);
  EXPECT_TRUE(window.in_slow_start());
  round(113ms);
  EXPECT_FALSE(window.in_slow_start());
}

TEST_F(HyStartTest, AGreaterOneDoesAndEndsSlowStartAfterFiveRounds) {  // RFC 9406 4.2
  round(100ms);
  round(113ms);
  EXPECT_EQ(window.cwnd, 28500U);  // 8 whole segments, then a quarter for each of 2
  for (int i = 0; i < 3; ++i) round(113ms);
  EXPECT_TRUE(window.in_slow_start());
  round(113ms);
  EXPECT_FALSE(window.in_slow_start());
  EXPECT_EQ(window.ssthresh, 38500U);
}

TEST_F(HyStartTest, ResumesWhenTheRttFallsAgain) {  // RFC 9406 4.2
  round(100ms);
  round(113ms);
  round(100ms);
  EXPECT_EQ(window.cwnd, 28500U + 8 * 250 + 2 * kSmss);
}

}  // namespace
}  // namespace tcpstack::tcp
