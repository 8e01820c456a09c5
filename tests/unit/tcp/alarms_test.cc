// A connection's deadlines and its one node in the wheel.
#include "stack/tcp/alarms.h"

#include <chrono>
#include <string_view>

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class AlarmsTest : public testing::Test {
 protected:
  AlarmsTest() { alarms.wheel = &wheel; }
  ~AlarmsTest() override { wheel.cancel(alarms.node); }

  base::TimerWheel wheel;
  Alarms alarms;
};

TEST_F(AlarmsTest, NothingIsSetAtFirst) {
  EXPECT_EQ(alarms.earliest(), kNever);
  EXPECT_FALSE(alarms.is_set(AlarmKind::persist));
  EXPECT_FALSE(wheel.next_deadline().has_value());
}

TEST_F(AlarmsTest, TheNodeStandsAtTheEarliest) {
  alarms.set(AlarmKind::retransmission, Time(50ms));
  alarms.set(AlarmKind::delayed_ack, Time(20ms));
  alarms.set(AlarmKind::time_wait, Time(60ms));
  EXPECT_EQ(alarms.earliest(), Time(20ms));
  EXPECT_EQ(wheel.next_deadline(), Time(20ms));
}

TEST_F(AlarmsTest, MovingLaterIsAStoreAndTheNodeFiresEarly) {
  alarms.set(AlarmKind::retransmission, Time(20ms));
  alarms.set(AlarmKind::retransmission, Time(50ms));
  EXPECT_EQ(alarms.deadline(AlarmKind::retransmission), Time(50ms));
  EXPECT_EQ(wheel.pop_expired(Time(20ms)), &alarms.node);
  EXPECT_GT(alarms.earliest(), Time(20ms)) << "nothing is due";
  alarms.rearm();
  EXPECT_EQ(wheel.pop_expired(Time(49ms)), nullptr);
  EXPECT_EQ(wheel.pop_expired(Time(50ms)), &alarms.node);
}

TEST_F(AlarmsTest, AStoppedAlarmLeavesTheOthers) {
  alarms.set(AlarmKind::delayed_ack, Time(20ms));
  alarms.set(AlarmKind::retransmission, Time(50ms));
  alarms.stop(AlarmKind::delayed_ack);
  EXPECT_EQ(alarms.earliest(), Time(50ms));
  EXPECT_EQ(wheel.pop_expired(Time(20ms)), &alarms.node);
  alarms.rearm();
  EXPECT_EQ(wheel.pop_expired(Time(50ms)), &alarms.node);
}

TEST_F(AlarmsTest, StopAllTakesTheNodeOut) {
  alarms.set(AlarmKind::retransmission, Time(20ms));
  alarms.stop_all();
  EXPECT_EQ(alarms.earliest(), kNever);
  EXPECT_FALSE(wheel.next_deadline().has_value());
  alarms.rearm();
  EXPECT_FALSE(wheel.next_deadline().has_value());
}

TEST_F(AlarmsTest, EveryKindHasAName) {
  for (std::size_t i = 0; i < kAlarmCount; ++i) {
    EXPECT_NE(std::string_view(name(static_cast<AlarmKind>(i))), "?");
  }
}

}  // namespace
}  // namespace tcpstack::tcp
