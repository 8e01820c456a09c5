// Was cwnd used? RFC 2861 section 3.2, RFC 5681 section 4.1 and RFC 7661, by arithmetic.
#include "stack/tcp/loss/window_use.h"

#include <chrono>

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

constexpr Duration kRto = 300ms;
constexpr std::uint32_t kInitialWindow = 10'000;

// 40 segments of 1,000 bytes, in congestion avoidance.
class WindowUseTest : public testing::Test {
 protected:
  WindowUseTest() { use.begin(Seq(0), now); }
  // Sends up to `nxt` in one go; `una` is acknowledged.
  void sends(std::uint32_t una, std::uint32_t nxt) {
    use.measure(window, nxt - una, Seq(una), Seq(nxt));
  }
  void validates(std::uint32_t in_flight) {
    use.validate(window, in_flight, kInitialWindow, kRto, now);
  }

  Time now{1s};
  CongestionWindow window{.cwnd = 40'000, .ssthresh = 7'000, .smss = 1'000};
  WindowUse use;
};

TEST_F(WindowUseTest, CwndIsTheLimitWhenNoSegmentFits) {
  sends(0, 39'000);  // another one fits
  EXPECT_FALSE(use.is_limit(window));
  sends(0, 39'001);
  EXPECT_TRUE(use.is_limit(window));
}

// In slow start cwnd may grow while more than half of it is used.
TEST_F(WindowUseTest, SlowStartNeedsMoreThanHalf) {
  window.ssthresh = 0xffffffff;
  sends(0, 20'000);
  EXPECT_FALSE(use.is_limit(window));
  sends(0, 20'001);
  EXPECT_TRUE(use.is_limit(window));
  window.ssthresh = 40'000;  // slow start is over
  EXPECT_FALSE(use.is_limit(window));
}

// ACKs of a full window let cwnd grow faster than what is in flight.
TEST_F(WindowUseTest, AFullWindowStaysFullWhileCwndGrows) {
  sends(0, 40'000);
  window.cwnd = 60'000;
  sends(1'000, 46'000);
  EXPECT_TRUE(use.is_limit(window));
}

// The rest of a window of data is smaller than its beginning, and says nothing.
TEST_F(WindowUseTest, AWindowOfDataCountsAsItsLargestFlight) {
  sends(0, 40'000);
  sends(39'000, 40'500);
  EXPECT_TRUE(use.is_limit(window));
  sends(40'000, 41'000);  // the next one
  EXPECT_FALSE(use.is_limit(window));
}

TEST_F(WindowUseTest, AWindowThatIsNotUsedForAnRtoShrinksHalfwayToWhatWas) {
  validates(20'000);
  now += 299ms;
  validates(5'000);
  EXPECT_EQ(window.cwnd, 40'000U);
  now += 1ms;
  validates(5'000);
  EXPECT_EQ(window.cwnd, 30'000U);
  EXPECT_EQ(window.ssthresh, 30'000U);  // three quarters of 40,000
}

TEST_F(WindowUseTest, ShrinkingBeginsAnotherRto) {
  validates(20'000);
  now += 300ms;
  validates(0);
  ASSERT_EQ(window.cwnd, 30'000U);
  now += 299ms;
  validates(0);
  EXPECT_EQ(window.cwnd, 30'000U);
  now += 1ms;
  validates(0);  // the 20,000 of before do not count again: (30,000 + 10,000) / 2
  EXPECT_EQ(window.cwnd, 20'000U);
}

TEST_F(WindowUseTest, SsthreshIsNotLowered) {
  window.ssthresh = 35'000;
  now += 300ms;
  validates(20'000);
  EXPECT_EQ(window.ssthresh, 35'000U);
}

TEST_F(WindowUseTest, AWindowThatIsUsedBeginsTheRtoAgain) {
  sends(0, 40'000);
  now += 299ms;
  validates(1'000);
  sends(40'000, 41'000);  // used no longer
  now += 299ms;
  validates(1'000);
  EXPECT_EQ(window.cwnd, 40'000U);
}

TEST_F(WindowUseTest, NeverBelowTheInitialWindow) {
  window.cwnd = 12'000;
  for (int i = 0; i < 10; ++i) {
    now += 300ms;
    validates(0);
  }
  EXPECT_EQ(window.cwnd, 10'001U);  // halfway, again and again: 10,001 and 10,000 make 10,000.5
}

// RFC 5681 section 4.1: RW = min(IW, cwnd).
TEST_F(WindowUseTest, ARestartTakesAtMostTheInitialWindow) {
  use.restart(window, kInitialWindow, now);
  EXPECT_EQ(window.cwnd, 10'000U);
  EXPECT_EQ(window.ssthresh, 30'000U);
  window.cwnd = 4'000;
  use.restart(window, kInitialWindow, now);
  EXPECT_EQ(window.cwnd, 4'000U);
}

}  // namespace
}  // namespace tcpstack::tcp
