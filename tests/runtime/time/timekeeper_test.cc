// The alarm of a runtime, in real time (a few milliseconds of it) and in virtual time.
#include "stack/runtime/time/timekeeper.h"

#include <chrono>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "stack/runtime/time/manual_time.h"

namespace tcpstack::runtime {
namespace {

using namespace std::chrono_literals;

TEST(SteadyTimekeeperTest, RingsAtTheDeadlineThroughTheExecutor) {
  boost::asio::io_context io;
  steady_timekeeper time(io.get_executor());
  Time rang{};
  time.on_alarm([&] { rang = time.now(); });
  const Time deadline = time.now() + 2ms;
  time.sleep_until(deadline);
  io.run();
  EXPECT_GE(rang, deadline);
}

TEST(SteadyTimekeeperTest, AnEarlierDeadlineReplacesALaterOne) {
  boost::asio::io_context io;
  steady_timekeeper time(io.get_executor());
  int rings = 0;
  time.on_alarm([&] { ++rings; });
  time.sleep_until(time.now() + 1h);
  time.sleep_until(time.now() + 1ms);
  io.run();
  EXPECT_EQ(rings, 1);
}

TEST(SteadyTimekeeperTest, ALaterDeadlineLeavesTheTimerAndRingsTooEarly) {
  boost::asio::io_context io;
  steady_timekeeper time(io.get_executor());
  int rings = 0;
  time.on_alarm([&] { ++rings; });
  time.sleep_until(time.now() + 1ms);
  time.sleep_until(time.now() + 1h);
  io.run();
  EXPECT_EQ(rings, 1);
}

TEST(SteadyTimekeeperTest, StopLeavesNothingRunning) {
  boost::asio::io_context io;
  steady_timekeeper time(io.get_executor());
  time.on_alarm([] { FAIL(); });
  time.sleep_until(time.now() + 1h);
  time.stop();
  io.run();
}

TEST(SteadyTimekeeperTest, DoesNotRingAfterItsDestruction) {
  boost::asio::io_context io;
  auto time = std::make_unique<steady_timekeeper>(io.get_executor());
  time->on_alarm([] { FAIL(); });
  time->sleep_until(time->now());
  time.reset();
  io.run();
}

TEST(ManualTimeTest, StandsStillUntilItJumpsToTheNextAlarm) {
  boost::asio::io_context io;
  manual_time time(io.get_executor());
  const auto first = time.make_timekeeper();
  const auto second = time.make_timekeeper();
  std::string rang;
  first->on_alarm([&] { rang += '1'; });
  second->on_alarm([&] { rang += '2'; });
  first->sleep_until(Time(5s));
  second->sleep_until(Time(3s));
  EXPECT_TRUE(time.jump());
  EXPECT_EQ(first->now(), Time(3s));
  EXPECT_EQ(rang, "") << "an alarm rings by post";
  io.run();
  EXPECT_EQ(rang, "2");
  EXPECT_TRUE(time.jump());
  io.restart();
  io.run();
  EXPECT_EQ(rang, "21");
  EXPECT_FALSE(time.jump());
}

TEST(ManualTimeTest, NeverGoesBack) {
  boost::asio::io_context io;
  manual_time time(io.get_executor());
  const auto keeper = time.make_timekeeper();
  time.advance(5s);
  keeper->sleep_until(Time(2s));
  EXPECT_TRUE(time.jump());
  EXPECT_EQ(time.now(), Time(5s));
}

TEST(ManualTimeTest, AdvanceRingsWhatIsDue) {
  boost::asio::io_context io;
  manual_time time(io.get_executor());
  const auto keeper = time.make_timekeeper();
  int rings = 0;
  keeper->on_alarm([&] { ++rings; });
  keeper->sleep_until(Time(2s));
  time.advance(1s);
  time.advance(1500ms);
  io.run();
  EXPECT_EQ(rings, 1);
  EXPECT_EQ(time.now(), Time(2500ms));
}

}  // namespace
}  // namespace tcpstack::runtime
