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

// W_max = 100, cwnd = 70: K = cbrt(30 / 0.4) = 4.217 s, when the curve is back at W_max.
TEST(Cubic, ClimbsBackToWMaxInK) {  // RFC 9438 4.2
  Cubic cubic;
  CongestionWindow window = avoidance(100);
  window.cwnd = window.ssthresh = cubic.reduced(window);
  ASSERT_EQ(window.cwnd, 70 * kSmss);
  const Time start(1s);
  cubic.grow(window, {.now = start, .srtt = 100ms});
  cubic.grow(window, {.now = start + 4117ms, .acknowledged = window.cwnd, .srtt = 100ms});
  EXPECT_NEAR(window.cwnd, 100 * kSmss, kSmss);
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
  // Ten segments acknowledged one by one, the last of which ends the round.
  void round(Duration rtt) {
    const std::uint32_t end = una + 10 * kSmss;
    for (int i = 0; i < 10; ++i) {
      una += kSmss;
      hystart.grow(window, {.acknowledged = kSmss,
                            .rtt = rtt,
                            .una = una,
                            .nxt = una < end ? end : end + 10 * kSmss});
    }
  }
  HyStart hystart;
  CongestionWindow window{.cwnd = 10 * kSmss, .smss = kSmss};
  std::uint32_t una = 1;
};

// 100 ms: RttThresh = 100 / 8 = 12.5 ms.
TEST_F(HyStartTest, ASmallIncreaseOfTheRttDoesNotSlowItDown) {  // RFC 9406 4.2
  round(100ms);
  round(112ms);
  EXPECT_EQ(window.cwnd, 30 * kSmss);
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
