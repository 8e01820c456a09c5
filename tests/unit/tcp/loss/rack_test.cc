// RACK by arithmetic: RFC 8985 section 6.2.
#include "stack/tcp/loss/rack.h"

#include <chrono>

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kSmss = 1000;

Time at(Duration time) { return Time(time); }

Sent segment(std::uint32_t seq, Duration sent_at, std::uint8_t transmissions = 1) {
  return {.seq = Seq(seq), .len = kSmss, .sent_at = at(sent_at), .transmissions = transmissions};
}

// RFC 8985 section 5.2, RFC 8985 section 6.2: later in time, or at the same time by the sequence number.
TEST(Rack, OrdersTransmissions) {
  EXPECT_TRUE(is_sent_after(at(2ms), Seq(1), at(1ms), Seq(5)));
  EXPECT_FALSE(is_sent_after(at(1ms), Seq(5), at(2ms), Seq(1)));
  EXPECT_TRUE(is_sent_after(at(1ms), Seq(5), at(1ms), Seq(1)));
  EXPECT_FALSE(is_sent_after(at(1ms), Seq(1), at(1ms), Seq(1)));
}

TEST(Rack, MinRttIsTheLeastOfFiveMinutes) {
  Rack rack;
  rack.note_rtt(100ms, at(1s));
  rack.note_rtt(120ms, at(301s));  // 300 s later: the old one still counts
  EXPECT_EQ(rack.min_rtt, 100ms);
  rack.note_rtt(120ms, at(301s + 1us));
  EXPECT_EQ(rack.min_rtt, 120ms);
  rack.note_rtt(110ms, at(302s));
  EXPECT_EQ(rack.min_rtt, 110ms);
}

TEST(Rack, TheRecordSentLastCounts) {
  Rack rack;
  rack.note_arrival(segment(1001, 10ms), at(110ms));
  EXPECT_EQ(rack.xmit_ts, at(10ms));
  EXPECT_EQ(rack.end_seq, Seq(2001));
  EXPECT_EQ(rack.rtt, 100ms);
  rack.note_arrival(segment(1, 10ms), at(150ms));  // sent before it
  EXPECT_EQ(rack.rtt, 100ms);
  rack.note_arrival(segment(1, 20ms, 2), at(150ms));  // its retransmission was not
  EXPECT_EQ(rack.rtt, 130ms);
  EXPECT_EQ(rack.end_seq, Seq(1001));
}

// Step 3: "if the segment was not retransmitted" and lies below RACK.fack.
TEST(Rack, SeesThatAnOriginalWasOvertaken) {
  Rack rack{.fack = Seq(1)};
  EXPECT_FALSE(rack.note_order(segment(1, 0ms), kSmss));
  EXPECT_FALSE(rack.note_order(segment(2001, 0ms), kSmss));
  EXPECT_EQ(rack.fack, Seq(3001));
  EXPECT_TRUE(rack.note_order(segment(1001, 0ms), kSmss));
  EXPECT_FALSE(rack.note_order(segment(1001, 0ms, 2), kSmss));
  EXPECT_EQ(rack.fack, Seq(3001));
}

TEST(Rack, CountsHowFarInSegments) {
  Rack rack{.fack = Seq(4501)};
  (void)rack.note_order(segment(1, 0ms), kSmss);  // by 4.5 segments
  EXPECT_EQ(rack.reordering, 5);
  (void)rack.note_order(segment(3001, 0ms), kSmss);  // the farthest counts
  EXPECT_EQ(rack.reordering, 5);
  rack.fack = Seq(1'000'001);
  (void)rack.note_order(segment(1, 0ms), kSmss);
  EXPECT_EQ(rack.reordering, 300);
}

// Step 4: "RACK.reo_wnd_mult" grows once a round, and is 1 again after sixteen recoveries without a D-SACK.
TEST(Rack, ADSackWidensTheWindowOnceARound) {
  Rack rack{.min_rtt = 100ms};
  EXPECT_EQ(rack.reo_wnd(1s), 25ms);
  rack.note_round(Seq(1), Seq(5001), true);
  EXPECT_EQ(rack.reo_wnd(1s), 50ms);
  rack.note_round(Seq(5000), Seq(9001), true);  // the same round
  EXPECT_EQ(rack.reo_wnd(1s), 50ms);
  rack.note_round(Seq(5001), Seq(9001), true);
  EXPECT_EQ(rack.reo_wnd(1s), 75ms);
  rack.note_round(Seq(9001), Seq(9001), false);
  EXPECT_EQ(rack.reo_wnd(1s), 75ms);
}

TEST(Rack, TheWindowIsNarrowAgainAfterSixteenRecoveries) {
  Rack rack{.min_rtt = 100ms};
  rack.note_round(Seq(1), Seq(5001), true);
  for (int i = 0; i < 15; ++i) rack.recovery_ended();
  EXPECT_EQ(rack.reo_wnd(1s), 50ms);
  rack.recovery_ended();
  EXPECT_EQ(rack.reo_wnd(1s), 25ms);
  rack.recovery_ended();
  EXPECT_EQ(rack.reo_wnd(1s), 25ms);
}

TEST(Rack, TheWindowIsAtMostSrtt) {
  Rack rack{.reo_wnd_mult = 9, .min_rtt = 100ms};
  EXPECT_EQ(rack.reo_wnd(200ms), 200ms);
  EXPECT_EQ(rack.reo_wnd(300ms), 225ms);
  rack.min_rtt = Duration::max();  // not measured
  EXPECT_EQ(rack.reo_wnd(300ms), 0ms);
}

// Step 5: "Packet.xmit_ts + RACK.rtt + RACK.reo_wnd", for what was sent before the newest arrival.
TEST(Rack, ARecordIsLostAfterARoundTripAndTheWindow) {
  const Rack rack{.valid = true, .xmit_ts = at(10ms), .end_seq = Seq(2001), .rtt = 100ms};
  EXPECT_EQ(lost_at(rack, 25ms, segment(1, 4ms)), at(129ms));
  EXPECT_EQ(lost_at(rack, 0ms, segment(1, 10ms)), at(110ms));
  EXPECT_EQ(lost_at(rack, 25ms, segment(1001, 10ms)), std::nullopt);  // the newest arrival itself
  EXPECT_EQ(lost_at(rack, 25ms, segment(1, 11ms)), std::nullopt);
  EXPECT_EQ(overdue_at(rack, 25ms, segment(1, 11ms)), at(136ms));
}

}  // namespace
}  // namespace tcpstack::tcp
