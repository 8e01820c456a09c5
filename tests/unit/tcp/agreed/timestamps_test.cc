// The parts of RFC 7323 that need no connection: our clock, PAWS, the echo.
#include "stack/tcp/agreed/timestamps.h"

#include <chrono>

#include <gtest/gtest.h>

#include "tests/unit/tcp/lonely_tcb.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

Segment with_timestamps(std::uint32_t value, std::uint32_t echo) {
  Segment seg;
  seg.options.timestamps = {value, echo};
  return seg;
}

constexpr TimestampState kState{.ok = true, .recent = 1000, .recent_age = {}, .offset = 0};

TEST(Timestamps, OurClockTicksInMillisecondsFromARandomStart) {
  const TimestampState ts{.ok = true, .recent = 0, .recent_age = {}, .offset = 0xfffffffe};
  EXPECT_EQ(timestamp_clock(ts, Time{}), 0xfffffffeU);
  EXPECT_EQ(timestamp_clock(ts, Time(999us)), 0xfffffffeU);
  EXPECT_EQ(timestamp_clock(ts, Time(5ms)), 3U);
}

TEST(Timestamps, PawsComparesOnTheCircle) {  // section 5.3 R1
  EXPECT_TRUE(is_paws_reject(kState, with_timestamps(999, 0), Time{}));
  EXPECT_FALSE(is_paws_reject(kState, with_timestamps(1000, 0), Time{}));
  EXPECT_FALSE(is_paws_reject(kState, with_timestamps(1000 + 0x7fffffffU, 0), Time{}));
  EXPECT_TRUE(is_paws_reject(kState, with_timestamps(1000 - 0x7fffffffU, 0), Time{}));
}

TEST(Timestamps, PawsIsVoidAfter24Days) {  // section 5.5
  using std::chrono::days;
  const Segment old = with_timestamps(1, 0);
  EXPECT_TRUE(is_paws_reject(kState, old, Time(days(24) - 1us)));
  EXPECT_FALSE(is_paws_reject(kState, old, Time(days(24))));
}

TEST(Timestamps, PawsLeavesARstAndASegmentWithoutOneAlone) {  // section 5.2
  Segment reset = with_timestamps(1, 0);
  reset.control.rst = true;
  EXPECT_FALSE(is_paws_reject(kState, reset, Time{}));
  EXPECT_FALSE(is_paws_reject(kState, Segment{}, Time{}));
  TimestampState off = kState;
  off.ok = false;
  EXPECT_FALSE(is_paws_reject(off, with_timestamps(1, 0), Time{}));
}

TEST(Timestamps, TsRecentIsTakenAtTheLeftEdgeOfWhatWeAcknowledged) {  // section 4.3 (2)
  LonelyTcb lonely;
  Tcb& tcb = lonely.tcb;
  tcb.ts = kState;
  tcb.ack.last_ack_sent = Seq(0xfffffff0);
  Segment seg = with_timestamps(1500, 0);
  seg.control.ack = true;
  seg.seq = Seq(0xfffffff1);
  update_ts_recent(tcb, seg, Time(1s));
  EXPECT_EQ(tcb.ts.recent, 1000U);
  seg.seq = Seq(0xfffffff0);
  update_ts_recent(tcb, seg, Time(1s));
  EXPECT_EQ(tcb.ts.recent, 1500U);
  EXPECT_EQ(tcb.ts.recent_age, Time(1s));
}

// A RST has not gone through PAWS (section 5.2), and the fifth check drops a segment without ACK, or with one of text
// that we have not sent: their values must not shut out the segments after them.
TEST(Timestamps, TsRecentIsNotTakenFromASegmentThatIsDroppedLater) {
  LonelyTcb lonely;
  Tcb& tcb = lonely.tcb;
  tcb.ts = kState;
  const auto recent_after = [&](const wire::ControlBits& control, std::uint32_t ack) {
    Segment seg = with_timestamps(1500, 0);
    seg.control = control;
    seg.seq = tcb.ack.last_ack_sent;
    seg.ack = tcb.snd.una + ack;
    update_ts_recent(tcb, seg, Time(1s));
    return tcb.ts.recent;
  };
  EXPECT_EQ(recent_after({.rst = true, .ack = true}, 0), 1000U);
  EXPECT_EQ(recent_after({.psh = true}, 0), 1000U) << "no ACK";
  EXPECT_EQ(recent_after({.ack = true}, 1), 1000U) << "beyond SND.NXT";
  EXPECT_EQ(recent_after({.ack = true}, 0), 1500U);
}

TEST(Timestamps, TheEchoMeasures) {  // section 4
  TimestampState ts = kState;
  ts.offset = 0xffffff00;
  const std::uint32_t sent = timestamp_clock(ts, Time(200ms));
  EXPECT_EQ(echoed_rtt(ts, with_timestamps(0, sent), Time(350ms)), 150ms);
  EXPECT_EQ(echoed_rtt(ts, with_timestamps(0, 0), Time(350ms)), std::nullopt);
  EXPECT_EQ(echoed_rtt(ts, with_timestamps(0, sent + 1000), Time(350ms)), std::nullopt)
      << "an echo of what we have not said yet";
  EXPECT_EQ(echoed_rtt(ts, Segment{}, Time(350ms)), std::nullopt);
}

}  // namespace
}  // namespace tcpstack::tcp
