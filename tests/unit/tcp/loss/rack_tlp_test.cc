// RACK-TLP on a connection: RFC 8985 section 6.2, the reordering alarm, and section 7, the probe of the tail.
#include "stack/tcp/loss/rack_tlp.h"

#include <chrono>

#include <gtest/gtest.h>

#include "stack/tcp/loss/rtt.h"
#include "tests/unit/tcp/loss/lonely_sender.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class RackTest : public testing::Test, protected LonelySender {
 protected:
  // RACK does not give up the oldest segment at once, but when `window` has passed.
  void reordering_has(Duration window) {
    EXPECT_FALSE(tcb.flight.front().lost);
    EXPECT_EQ(until(AlarmKind::reordering), window);
    (void)sent();
    passes(window - 1us);
    EXPECT_EQ(sent(), "");
    passes(1us);
    EXPECT_NE(sent(), "");
  }
};

// RFC 8985 section 6.2 steps 3 and 4: once an original was seen to be overtaken, three segments beyond a hole are no
// proof of a loss any more.
TEST_F(RackTest, GivesTimeWhereReorderingWasSeen) {
  writes(2 * kSmss);
  cx.now += 100ms;
  acks(1, {.sack = {{1001, 2001}}});
  cx.now += 5ms;
  acks(2001);
  writes(5 * kSmss);
  cx.now += 100ms;
  acks(2001, {.sack = {{3001, 6001}}});
  reordering_has(25ms);
}

// The segments left 5 ms apart: the alarm is for the first, and then for the second.
TEST_F(RackTest, GivesEachSegmentItsTime) {
  writes(kSmss);
  cx.now += 5ms;
  writes(kSmss);
  cx.now += 5ms;
  writes(kSmss);
  cx.now += 100ms;
  acks(1, {.sack = {{2001, 3001}}});  // RACK.rtt is 100 ms, and a quarter of it is for reordering
  EXPECT_EQ(until(AlarmKind::reordering), 15ms);
  (void)sent();
  passes(15ms);
  EXPECT_EQ(sent(), "1:1001");
  EXPECT_TRUE(tcb.flight[1].in_flight());
  acks(1);  // says nothing new
  EXPECT_EQ(phase(), RecoveryPhase::recovery);
}

// A retransmission that is lost, too: what was sent after it has arrived. RFC 8985 section 6.2 step 5.
TEST_F(RackTest, FindsALostRetransmission) {
  writes(5 * kSmss);
  cx.now += 100ms;
  acks(1, {.sack = {{1001, 4001}}});
  EXPECT_EQ(tcb.flight.front().transmissions, 2);
  cx.now += 1ms;
  writes(kSmss);
  cx.now += 100ms;
  acks(1, {.sack = {{1001, 4001}, {5001, 6001}}});
  passes(30ms);
  EXPECT_EQ(tcb.flight.front().transmissions, 3);
}

// RFC 8985 section 6.2 step 4: a round with a D-SACK widens the window by a quarter of min_RTT.
TEST_F(RackTest, WidensItsWindowOnceForEachRoundWithADSack) {
  writes(3 * kSmss);
  cx.now += 100ms;
  acks(1, {.sack = {{1001, 2001}}});
  reordering_has(25ms);
  cx.now += 1ms;
  acks(3001);  // the original; then its copy, and the network doubles the report
  writes(2 * kSmss);
  acks(3001, {.sack = {{1, 1001}}});
  acks(3001, {.sack = {{1, 1001}}});
  cx.now += 100ms;
  acks(3001, {.sack = {{4001, 5001}}});
  reordering_has(50ms);
}

// Linux: more D-SACKs than retransmissions are the network's own duplicates.
TEST_F(RackTest, DuplicatesOfTheNetworkDoNotWidenItsWindow) {
  writes(2 * kSmss);
  cx.now += 100ms;
  acks(2001);
  acks(2001, {.sack = {{1, 1001}}});
  EXPECT_EQ(sender().rack.reo_wnd_mult, 1);
}

TEST_F(RackTest, WaitsNoLongerWhenTheHoleIsFilled) {
  writes(2 * kSmss);
  cx.now += 100ms;
  acks(1, {.sack = {{1001, 2001}}});
  ASSERT_TRUE(tcb.alarms.is_set(AlarmKind::reordering));
  acks(2001);
  EXPECT_FALSE(tcb.alarms.is_set(AlarmKind::reordering));
}

// RACK_update(): "If the RTT is less than RACK.min_RTT", it was the original that arrived.
TEST_F(RackTest, ARetransmissionThatIsAcknowledgedTooSoonSaysNothing) {
  begins(10);
  writes(6 * kSmss);
  cx.now += 100ms;
  acks(1, {.sack = {{1001, 4001}}});
  (void)sent();
  cx.now += 99ms;
  acks(1001);  // 99 ms after it was sent again
  EXPECT_EQ(sender().rack.end_seq, Seq(4001));
  cx.now += 1ms;
}

// RACK_update(): "If the timestamp echo is older than the retransmission", it was the original, too.
TEST_F(RackTest, AnEchoOfTheOriginalSaysNothingOfTheRetransmission) {
  tcb.ts.ok = true;
  tcb.snd.mss += 12;
  begins(10);
  writes(6 * kSmss);
  const std::uint32_t original = tsval();
  cx.now += 100ms;
  acks(1, {.sack = {{1001, 4001}}, .echo = original});
  cx.now += 200ms;
  sender().undo.possible = false;
  acks(1001, {.echo = original});
  EXPECT_EQ(sender().rack.end_seq, Seq(4001));
}

class TailLossProbeTest : public testing::Test, protected LonelySender {
 protected:
  [[nodiscard]] bool is_scheduled() const { return tcb.alarms.is_set(AlarmKind::tail_loss_probe); }
  [[nodiscard]] Duration left() const { return until(AlarmKind::tail_loss_probe); }
};

// RFC 8985 section 7.3: the last segment, after two round trips since the last text was sent.
TEST_F(TailLossProbeTest, RepeatsTheLastSegment) {
  writes(3 * kSmss);
  (void)sent();
  passes(202ms - 1us);
  EXPECT_EQ(sent(), "");
  passes(1us);
  EXPECT_EQ(sent(), "2001:3001");
}

TEST_F(TailLossProbeTest, IsPutOffByNewText) {
  writes(2 * kSmss);
  passes(100ms);
  writes(kSmss);
  EXPECT_EQ(left(), 200ms);  // of the RTO of 300 ms: section 7.2, "if PTO would be later"
  tcb.rtt.rto = 1s;
  passes(100ms);
  acks(1001);
  EXPECT_EQ(left(), pto(tcb.rtt, Tail::more));
}

// RFC 8985 section 7.2: the peer may delay the acknowledgment of a single segment.
TEST_F(TailLossProbeTest, GivesASingleSegmentMoreTime) {
  tcb.rtt = {};
  measured(tcb.rtt, 400ms, config.tcp);
  writes(kSmss);
  EXPECT_EQ(left(), 1000ms);
  acks(1001);
  tcb.rtt = {};
  measured(tcb.rtt, 400ms, config.tcp);
  writes(2 * kSmss);
  EXPECT_EQ(left(), 802ms);
}

TEST_F(TailLossProbeTest, NeedsSack) {
  tcb.sack_permitted = false;
  writes(3 * kSmss);
  EXPECT_FALSE(is_scheduled());
}

TEST_F(TailLossProbeTest, CanBeOff) {
  config.tcp.tail_loss_probe = false;
  writes(3 * kSmss);
  EXPECT_FALSE(is_scheduled());
}

TEST_F(TailLossProbeTest, IsNotNeededWhenASackShowsTheHole) {
  writes(3 * kSmss);
  passes(100ms);
  acks(1, {.sack = {{1001, 2001}}});
  EXPECT_FALSE(is_scheduled());
}

TEST_F(TailLossProbeTest, IsNotNeededInRecovery) {
  begins(10);
  writes(10 * kSmss);
  passes(100ms);
  acks(1, {.sack = {{1001, 5001}}});
  ASSERT_EQ(phase(), RecoveryPhase::recovery);
  acks(5001);
  ASSERT_EQ(phase(), RecoveryPhase::recovery);
  EXPECT_EQ(tcb.flight.sacked(), 0U);
  EXPECT_FALSE(is_scheduled());
}

TEST_F(TailLossProbeTest, IsNotNeededWhenNothingIsOut) {
  writes(2 * kSmss);
  passes(100ms);
  acks(2001);
  EXPECT_FALSE(is_scheduled());
}

TEST_F(TailLossProbeTest, DoesNotProbeAClosedWindow) {
  writes(2 * kSmss);
  tcb.snd.wnd = 0;
  schedule_tail_loss_probe(tcb, cx);
  EXPECT_FALSE(is_scheduled());
}

TEST_F(TailLossProbeTest, DoesNotFollowATimeout) {
  writes(2 * kSmss);
  tcb.retransmissions = 1;
  schedule_tail_loss_probe(tcb, cx);
  EXPECT_FALSE(is_scheduled());
}

// RFC 8985 section 7.3: one probe; then the retransmission timer, which begins again.
TEST_F(TailLossProbeTest, IsFollowedByTheTimeout) {
  writes(2 * kSmss);
  passes(202ms);
  (void)sent();
  EXPECT_FALSE(is_scheduled());
  EXPECT_EQ(until(AlarmKind::retransmission), 300ms);
  writes(kSmss);
  EXPECT_FALSE(is_scheduled());
}

// RFC 8985 section 7.3: new text if the window takes it, however small.
TEST_F(TailLossProbeTest, PrefersNewText) {
  begins(2);
  writes(2 * kSmss + 500);
  (void)sent();
  passes(202ms);
  EXPECT_EQ(sent(), "2001:2501");
  EXPECT_EQ(sender().probe.end_seq, Seq(2501));
  passes(100ms);
  acks(2501);
  EXPECT_EQ(phase(), RecoveryPhase::open);
  EXPECT_FALSE(sender().probe.end_seq);
}

// RFC 8985 section 7.4.2: "the probe repaired a loss": congestion control reacts as to a fast retransmit, of which nothing is
// left to do.
TEST_F(TailLossProbeTest, ReducesTheWindowWhenItHasRepairedALoss) {
  begins(10);
  writes(2 * kSmss);
  passes(202ms);
  passes(50ms);
  writes(kSmss);
  passes(50ms);
  acks(3001);
  EXPECT_EQ(phase(), RecoveryPhase::open);
  EXPECT_EQ(ssthresh(), 5 * kSmss);
  EXPECT_EQ(cwnd(), ssthresh());
}

// RFC 8985 section 7.4.1: the D-SACK shows that the original had arrived.
TEST_F(TailLossProbeTest, LeavesTheWindowWhenTheOriginalHadArrived) {
  begins(10);
  writes(2 * kSmss);
  passes(202ms);
  writes(kSmss);
  passes(50ms);
  acks(3001, {.sack = {{1001, 2001}}});
  EXPECT_EQ(phase(), RecoveryPhase::open);
  EXPECT_EQ(ssthresh(), 0xffffffffU);
}

}  // namespace
}  // namespace tcpstack::tcp
