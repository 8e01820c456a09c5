// Loss recovery, acknowledgment by acknowledgment: what follows from each, and what leaves then.
#include "stack/tcp/loss/recovery.h"

#include <chrono>

#include <gtest/gtest.h>

#include "tests/unit/tcp/loss/lonely_sender.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class RecoveryTest : public testing::Test, protected LonelySender {
 protected:
  // A flight of 20 segments, ten more wait; a round-trip time has passed.
  void sends_twenty() {
    begins(20);
    writes(30 * kSmss);
    cx.now += 100ms;
    (void)sent();
  }
};

// RFC 9937 section 6: ssthresh is 10, RecoverFS 20; half of what is delivered may be sent.
TEST_F(RecoveryTest, FollowsPrrDownToSsthresh) {
  sends_twenty();
  acks(1, {.sack = {{1001, 4001}}});  // pipe 16; CEIL(3 * 10 / 20) = 1.5
  ASSERT_EQ(phase(), RecoveryPhase::recovery);
  EXPECT_EQ(ssthresh(), 10 * kSmss);
  EXPECT_EQ(cwnd(), 17500U);
  EXPECT_EQ(sent(), "1:1001");
  acks(1, {.sack = {{1001, 6001}}});  // pipe 15, prr_delivered 5, prr_out 1: 2.5 - 1
  EXPECT_EQ(cwnd(), 16500U);
  EXPECT_EQ(sent(), "20001:21001");
  acks(1, {.sack = {{1001, 13001}}});  // pipe 9, below ssthresh: PRR-CRB up to it
  EXPECT_EQ(cwnd(), 10 * kSmss);
  EXPECT_EQ(sent(), "21001:22001");
}

// RFC 9937 section 6: far below ssthresh as much as was delivered, and a segment more once an ACK is safe.
TEST_F(RecoveryTest, IsBoundedByWhatIsDeliveredAfterHeavyLoss) {
  sends_twenty();
  acks(1, {.sack = {{17001, 20001}}});  // 17 lost, pipe 0, 3 delivered
  EXPECT_EQ(cwnd(), 3 * kSmss);
  EXPECT_EQ(sent(), "1:1001 1001:2001 2001:3001");
  cx.now += 100ms;
  acks(1001);  // pipe 2, prr_delivered - prr_out = 1, and one
  EXPECT_EQ(cwnd(), 4 * kSmss);
}

// RFC 9937 section 6.1: four of the twenty had been SACKed before, so recovery can deliver sixteen: RecoverFS.
TEST_F(RecoveryTest, DoesNotCountWhatWasSackedBefore) {
  sends_twenty();
  sender().rack.reordering_seen = true;  // a hole is given time
  acks(1, {.sack = {{1001, 5001}}});
  ASSERT_EQ(phase(), RecoveryPhase::open);
  passes(25ms);
  ASSERT_EQ(phase(), RecoveryPhase::recovery);
  EXPECT_EQ(sender().recovery.prr.recover_fs, 20 * kSmss);
}

// RFC 6675 section 5: RecoveryPoint is HighData when recovery begins.
TEST_F(RecoveryTest, EndsAtTheRecoveryPoint) {
  sends_twenty();
  acks(1, {.sack = {{1001, 4001}}});
  acks(20'000);
  EXPECT_EQ(phase(), RecoveryPhase::recovery);
  acks(20'001);
  EXPECT_EQ(phase(), RecoveryPhase::open);
  EXPECT_EQ(cwnd(), ssthresh());  // RFC 9937 section 6.4
}

TEST_F(RecoveryTest, ReducesOnceForAWindowOfData) {
  sends_twenty();
  acks(1, {.sack = {{1001, 4001}}});
  cx.now += 10ms;
  acks(1001, {.sack = {{2001, 9001}}});  // another hole
  EXPECT_EQ(ssthresh(), 10 * kSmss);
}

// RFC 2018 section 5, RFC 6675 section 4: what was SACKed leaves the pipe and is not sent again.
TEST_F(RecoveryTest, DoesNotRepeatWhatWasSacked) {
  begins(5);
  writes(5 * kSmss);
  cx.now += 100ms;
  (void)sent();
  acks(1, {.sack = {{1001, 2001}, {3001, 5001}}});
  EXPECT_EQ(tcb.flight.sacked(), 3 * kSmss);
  acks(1001, {.sack = {{1001, 2001}, {3001, 5001}}});
  EXPECT_EQ(sent(), "1:1001 2001:3001");
}

// RFC 3042 section 2: a SACK makes room in the pipe, and new text takes it.
TEST_F(RecoveryTest, SendsNewTextForTheFirstTwoSacks) {
  sends_twenty();
  acks(1, {.sack = {{1001, 2001}}});
  EXPECT_EQ(sent(), "20001:21001");
  acks(1, {.sack = {{1001, 3001}}});
  EXPECT_EQ(sent(), "21001:22001");
}

// RFC 8985 section 6.2: one segment beyond the hole, so a quarter of the RTT is given to reordering.
TEST_F(RecoveryTest, WaitsForReordering) {
  begins(3);
  writes(3 * kSmss);
  cx.now += 100ms;
  acks(1, {.sack = {{1001, 2001}}});
  (void)sent();
  EXPECT_EQ(until(AlarmKind::reordering), 25ms);
  passes(25ms);
  EXPECT_EQ(phase(), RecoveryPhase::recovery);
  EXPECT_EQ(sent(), "1:1001");
}

// --- the timeout, without a probe of the tail before it
class TimeoutTest : public RecoveryTest {
 protected:
  TimeoutTest() { config.tcp.tail_loss_probe = false; }
};

// RFC 5681 section 3.1: equation (4), "the loss window, which equals one full-sized segment".
TEST_F(TimeoutTest, ReducesCwndToOneSegment) {
  begins(10);
  writes(10 * kSmss);
  (void)sent();
  passes(300ms);
  EXPECT_EQ(phase(), RecoveryPhase::loss);
  EXPECT_EQ(ssthresh(), 5 * kSmss);
  EXPECT_EQ(cwnd(), kSmss);
  EXPECT_EQ(sent(), "1:1001");
}

// RFC 5681 section 3.1: "when a TCP sender detects segment loss using the retransmission timer and the given segment has
// already been retransmitted by way of the retransmission timer at least once, the value of ssthresh is held constant".
TEST_F(TimeoutTest, HoldsSsthreshAtTheNextTimeoutOfASegment) {
  begins(10);
  writes(10 * kSmss);
  passes(300ms);
  passes(600ms);
  ASSERT_EQ(tcb.retransmissions, 2);
  EXPECT_EQ(ssthresh(), 5 * kSmss);
}

TEST_F(TimeoutTest, SparesWhatWasJustSent) {  // RFC 8985 section 6.3
  writes(kSmss);
  passes(100ms);
  acks(1001);  // RACK.rtt is 100 ms
  writes(2 * kSmss);
  cx.now += 300ms;
  writes(kSmss);
  enter_loss(tcb, cx);
  EXPECT_TRUE(tcb.flight[0].lost);
  EXPECT_TRUE(tcb.flight[1].lost);
  EXPECT_FALSE(tcb.flight[2].lost);
}

TEST_F(TimeoutTest, OfASackedSegmentShowsThatThePeerReneged) {  // RFC 2018 section 8
  begins(10);
  writes(3 * kSmss);
  passes(100ms);
  acks(1, {.sack = {{1, 1001}, {1001, 2001}}});  // and SEG.ACK does not move
  EXPECT_EQ(tcb.flight.sacked(), 2 * kSmss);
  passes(200ms);
  EXPECT_EQ(tcb.flight.sacked(), 0U);
  EXPECT_EQ(tcb.flight.lost(), 2 * kSmss);  // the first is out again
}

// --- reductions that are taken back
class TakenBackTest : public TimeoutTest {
 protected:
  // With timestamps, which take 12 bytes of each segment; or without.
  void sends_five() {
    if (tcb.ts.ok) tcb.snd.mss += 12;
    begins(10);
    writes(5 * kSmss);
    (void)sent();
  }
};

TEST_F(TakenBackTest, ByEifelAfterATimeout) {  // RFC 3522 section 3.2, RFC 4015
  tcb.ts.ok = true;
  tcb.sack_permitted = false;
  sends_five();
  const std::uint32_t original = tsval();
  passes(300ms);
  ASSERT_EQ(cwnd(), kSmss);
  ASSERT_EQ(sent(), "1:1001");
  acks(1001, {.echo = original});
  EXPECT_EQ(phase(), RecoveryPhase::open);
  EXPECT_GE(cwnd(), 10 * kSmss);
  EXPECT_EQ(ssthresh(), 0xffffffffU);
  EXPECT_EQ(tcb.flight.lost(), 0U);
  EXPECT_EQ(sent(), "");  // what was given up is in the network after all
}

TEST_F(TakenBackTest, NotByTheEchoOfTheRetransmission) {  // RFC 3522 section 3.2
  tcb.ts.ok = true;
  tcb.sack_permitted = false;
  sends_five();
  passes(300ms);
  acks(1001, {.echo = tsval()});
  EXPECT_EQ(phase(), RecoveryPhase::loss);
  EXPECT_EQ(ssthresh(), 5 * kSmss);
}

TEST_F(TakenBackTest, ByFRtoAfterATimeout) {  // RFC 5682 section 3.1
  sends_five();
  passes(300ms);
  acks(2001);  // the second segment was never sent again
  EXPECT_GE(cwnd(), 10 * kSmss);
  EXPECT_EQ(phase(), RecoveryPhase::open);
}

TEST_F(TakenBackTest, NotByAnAckOfTheRetransmissionAlone) {  // RFC 5682 section 3.1
  sends_five();
  passes(300ms);
  acks(1001);
  EXPECT_EQ(phase(), RecoveryPhase::loss);
}

TEST_F(TakenBackTest, NotByFRtoWithoutSack) {  // RFC 5682 section 3.1 wants SACK here
  tcb.sack_permitted = false;
  sends_five();
  passes(300ms);
  acks(2001);
  EXPECT_EQ(phase(), RecoveryPhase::loss);
}

TEST_F(TakenBackTest, ByADSackForEachRetransmission) {  // RFC 2883 section 4, RFC 3708
  sends_twenty();
  acks(1, {.sack = {{1001, 4001}}});
  ASSERT_EQ(sent(), "1:1001");
  acks(4001, {.sack = {{1, 1001}}});
  EXPECT_GE(cwnd(), 20 * kSmss);
  EXPECT_EQ(phase(), RecoveryPhase::open);
}

// --- cwnd while nothing is lost
TEST_F(RecoveryTest, AnIdleConnectionBeginsAgainWithASmallWindow) {  // RFC 5681 section 4.1
  begins(40);
  writes(kSmss);
  passes(100ms);
  acks(1001);
  begins(40);
  passes(tcb.rtt.rto - 100ms);  // the RTO since text was last sent
  writes(kSmss);
  EXPECT_EQ(cwnd(), 40 * kSmss);
  acks(2001);
  begins(40);
  passes(tcb.rtt.rto + 1us);
  writes(kSmss);
  EXPECT_EQ(cwnd(), 10 * kSmss);
}

// RFC 9293 section 3.8.2: 20 of 40 segments were used at the most, for longer than an RTO.
TEST_F(RecoveryTest, AWindowThatIsNotUsedShrinks) {
  begins(40);
  sender().recovery.window.ssthresh = 7 * kSmss;
  writes(20 * kSmss);
  passes(100ms);
  acks(20'001);
  EXPECT_EQ(cwnd(), 40 * kSmss);
  const Duration rto = tcb.rtt.rto;
  passes(rto - 101ms);
  writes(5 * kSmss);
  EXPECT_EQ(cwnd(), 40 * kSmss);
  passes(1ms);
  acks(20'001);
  EXPECT_EQ(cwnd(), 30 * kSmss);
  EXPECT_EQ(ssthresh(), 30 * kSmss);
}

TEST_F(RecoveryTest, AWindowThatIsNotUsedDoesNotGrow) {  // RFC 7661
  begins(10);
  writes(4 * kSmss);
  cx.now += 100ms;
  acks(4001);
  EXPECT_EQ(cwnd(), 10 * kSmss);
  writes(10 * kSmss);
  cx.now += 100ms;
  acks(14'001);
  EXPECT_EQ(cwnd(), 20 * kSmss);
}

TEST_F(RecoveryTest, ALossAfterAnEchoDoesNotReduceAgain) {
  tcb.ecn.ok = true;
  sends_twenty();
  acks(1001, {.echoes_congestion = true});
  acks(1001, {.sack = {{2001, 5001}}});
  EXPECT_EQ(phase(), RecoveryPhase::recovery);
  EXPECT_EQ(ssthresh(), 10 * kSmss);
}

}  // namespace
}  // namespace tcpstack::tcp
