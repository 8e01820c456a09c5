// The clock that survives a debugger, with raw time that the test moves.
#include "stack/runtime/time/clock.h"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

namespace tcpstack::runtime {
namespace {

using namespace std::chrono_literals;

class ClockTest : public testing::Test {
 protected:
  Time after(Duration elapsed) {
    raw_ += elapsed;
    return clock_.now();
  }

  std::chrono::nanoseconds raw_{12345678};
  clock clock_{[this] { return raw_; }};
};

TEST_F(ClockTest, StartsAtZero) { EXPECT_EQ(clock_.now(), Time{}); }

TEST_F(ClockTest, FollowsTheRawTimeWhileTheProgramWorks) {
  EXPECT_EQ(after(3ms), Time(3ms));
  EXPECT_EQ(after(40ms), Time(43ms));
  EXPECT_EQ(clock_.gaps(), 0U);
}

TEST_F(ClockTest, AdvancesByTheTimeItHasAskedToSleep) {
  clock_.sleep_until(Time(10s));
  EXPECT_EQ(after(10s), Time(10s));
  EXPECT_EQ(clock_.gaps(), 0U);
}

TEST_F(ClockTest, AWakeUpThatIsALittleLateIsNoGap) {
  clock_.sleep_until(Time(1s));
  EXPECT_EQ(after(1s + 49ms), Time(1s + 49ms));
  EXPECT_EQ(clock_.gaps(), 0U);
}

TEST_F(ClockTest, TheWholeSlackIsNoGap) {
  clock_.sleep_until(Time(1s));
  EXPECT_EQ(after(1s + 50ms), Time(1s + 50ms));
  EXPECT_EQ(clock_.gaps(), 0U);
}

TEST_F(ClockTest, LeavesOutWhatGoesBeyondTheSleepAndTheSlack) {
  clock_.sleep_until(Time(1s));
  EXPECT_EQ(after(11s), Time(1s + 50ms));
  EXPECT_EQ(clock_.gaps(), 1U);
  EXPECT_EQ(clock_.skipped(), 9950ms);
  clock_.wake();
  EXPECT_EQ(after(10ms), Time(1s + 60ms));
}

TEST_F(ClockTest, ABreakpointBetweenTwoCallsDoesNotFireATimer) {
  const Time sent = after(1ms);
  EXPECT_LT(after(10s), sent + 1s);
}

TEST_F(ClockTest, WakingEndsTheSleep) {
  clock_.sleep_until(Time(5s));
  raw_ += 1s;
  EXPECT_EQ(clock_.wake(), Time(1s));
  EXPECT_EQ(after(3s), Time(1s + 50ms));
}

TEST_F(ClockTest, LookingAtTheClockDoesNotEndTheSleep) {
  clock_.sleep_until(Time(5s));
  EXPECT_EQ(after(1s), Time(1s));
  EXPECT_EQ(after(3s), Time(4s));
  EXPECT_EQ(clock_.gaps(), 0U);
}

TEST_F(ClockTest, ADeadlineInThePastLeavesTheSlack) {
  after(40ms);
  clock_.sleep_until(Time(10ms));
  EXPECT_EQ(after(45ms), Time(85ms));
  EXPECT_EQ(clock_.gaps(), 0U);
}

TEST_F(ClockTest, WithoutADeadlineASleepMayTakeAnyTime) {
  clock_.sleep_until(kNever);
  EXPECT_EQ(after(1h), Time(1h));
  EXPECT_EQ(clock_.gaps(), 0U);
}

TEST_F(ClockTest, ReportsEveryGapFromInsideNow) {
  std::vector<Duration> gaps;
  clock_.on_gap([&](Duration gap) { gaps.push_back(gap); });
  after(250ms);
  after(20ms);
  after(51ms);
  EXPECT_EQ(gaps, (std::vector<Duration>{200ms, 1ms}));
}

TEST_F(ClockTest, TheSlackCanBeChosen) {
  clock_.slack(5ms);
  EXPECT_EQ(after(8ms), Time(5ms));
}

TEST_F(ClockTest, CanBeSwitchedOff) {
  clock_.skip_gaps(false);
  EXPECT_EQ(after(10s), Time(10s));
  EXPECT_EQ(clock_.gaps(), 0U);
}

TEST_F(ClockTest, PartsOfMicrosecondsAreNotLost) {
  Time last{};
  for (int i = 0; i < 1000; ++i) {
    raw_ += 1500ns;
    last = clock_.now();
  }
  EXPECT_EQ(last, Time(1500us));
}

TEST_F(ClockTest, NeverDecreases) {
  Time last{};
  for (const Duration step : {0us, 1us, 100000us, 0us, 30000us, 60000us}) {
    const Time now = after(step);
    EXPECT_GE(now, last);
    last = now;
  }
}

}  // namespace
}  // namespace tcpstack::runtime
