// Pacing: rates and quanta worked by hand; tests/drill/pacing shows it on the wire.
#include "stack/tcp/send/pacing.h"

#include <gtest/gtest.h>

#include "stack/tcp/connection_options.h"
#include "tests/unit/tcp/lonely_context.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class PacingTest : public testing::Test, protected LonelyContext {
 protected:
  PacingTest() {
    tcb.options = base::Shared(ConnectionOptions{.pacing = true});
    tcb.snd.smss = 1000;
    make_sender(tcb).recovery.window = {.cwnd = 20'000, .ssthresh = 20'000, .smss = 1000};
    tcb.rtt = {.srtt = 100ms, .measured = true};
    tcb.statistics.make().figures.data_segments_out = 10;
  }
  // The number of full-sized segments that leave now.
  int sends() {
    int segments = 0;
    for (; segments < 1000 && !is_held_by_pacing(tcb, cx); ++segments) text_left(tcb, 1000, cx);
    return segments;
  }
};

TEST_F(PacingTest, TheRateIsTwiceTheWindowInSlowStartAndALittleMoreThanItLater) {
  make_sender(tcb).recovery.window.ssthresh = 50'000;
  EXPECT_EQ(pacing_rate(tcb, config.tcp), 400'000U);
  make_sender(tcb).recovery.window.ssthresh = 40'000;  // Linux: the fast rate ends at half of it
  EXPECT_EQ(pacing_rate(tcb, config.tcp), 240'000U);
  config.tcp.pacing_avoidance = 100;
  EXPECT_EQ(pacing_rate(tcb, config.tcp), 200'000U);
}

TEST_F(PacingTest, TheUserMayLimitTheRate) {
  tcb.options = base::Shared(ConnectionOptions{.pacing = true, .max_pacing_rate = 50'000});
  EXPECT_EQ(pacing_rate(tcb, config.tcp), 50'000U);
  tcb.options = base::Shared(ConnectionOptions{.pacing = true, .max_pacing_rate = 1'000'000});
  EXPECT_EQ(pacing_rate(tcb, config.tcp), 240'000U);
}

TEST_F(PacingTest, WithoutARoundTripTimeThereIsNoRate) {
  tcb.rtt.measured = false;
  EXPECT_EQ(pacing_rate(tcb, config.tcp), 0U);
  EXPECT_EQ(sends(), 1000);
}

TEST_F(PacingTest, IsOffByDefaultAndChosenByTheConfiguration) {
  EXPECT_FALSE(default_options(config.tcp).pacing);
  config.tcp.pacing = true;
  EXPECT_TRUE(default_options(config.tcp).pacing);
  tcb.options = base::Shared(ConnectionOptions{.pacing = false});
  EXPECT_EQ(sends(), 1000);
}

TEST_F(PacingTest, TheInitialWindowLeavesAtOnce) {
  tcb.statistics.make().figures.data_segments_out = 9;
  EXPECT_EQ(sends(), 1000);
}

// 240,000 bytes a second: two segments take 8.33 ms.
TEST_F(PacingTest, TwoSegmentsLeaveAtATime) {
  EXPECT_EQ(sends(), 2);
  const Time next = tcb.alarms.deadline(AlarmKind::pacing);
  EXPECT_EQ(next, cx.now - 1ms + 8333us);
  cx.now = next - 1us;
  EXPECT_EQ(sends(), 0);
  cx.now = next;
  EXPECT_EQ(sends(), 2);
}

// 24 MB a second: on average 24 segments in each tick of the timer wheel.
TEST_F(PacingTest, AFastSenderSendsATickAtATime) {
  make_sender(tcb).recovery.window.cwnd = make_sender(tcb).recovery.window.ssthresh = 2'000'000;
  int segments = 0;
  for (int tick = 0; tick < 1000; ++tick) {
    segments += sends();
    cx.now += 1ms;
  }
  EXPECT_GE(segments, 24'000);
  EXPECT_LE(segments, 24'000 + 2 * 24);
}

// An alarm that comes up to a tick late costs nothing.
TEST_F(PacingTest, ALateAlarmIsMadeUpFor) {
  int segments = 0;
  for (int i = 0; i < 120; ++i) {
    segments += sends();
    cx.now = tcb.alarms.deadline(AlarmKind::pacing) + 900us;
  }
  const double seconds = std::chrono::duration<double>(cx.now - Time(1s)).count();
  EXPECT_NEAR(segments * 1000 / seconds, 240'000, 2'400);
}

TEST_F(PacingTest, APauseSavesNothingUp) {
  EXPECT_EQ(sends(), 2);
  cx.now += 10s;
  EXPECT_EQ(sends(), 2);
}

}  // namespace
}  // namespace tcpstack::tcp
