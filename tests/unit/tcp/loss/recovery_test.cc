// Loss recovery, acknowledgment by acknowledgment: the scoreboard, RACK, proportional rate reduction, the
// probe of the tail, NewReno, and reductions that are taken back.
#include "stack/tcp/loss/recovery.h"

#include <chrono>

#include <gtest/gtest.h>

#include "stack/tcp/agreed/timestamps.h"
#include "stack/tcp/loss/rack.h"
#include "stack/tcp/loss/scoreboard.h"
#include "tests/unit/tcp/lonely_context.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kSmss = 1000;

class RecoveryTest : public testing::Test, protected LonelyContext {
 protected:
  RecoveryTest() {
    tcb.options = base::Shared(ConnectionOptions{.congestion = "reno"});
    tcb.state = State::ESTABLISHED;
    tcb.sack_permitted = true;
    tcb.snd.una = tcb.snd.nxt = Seq(1);
    tcb.snd.wnd = 1 << 20;
    tcb.snd.smss = kSmss;
    start_congestion_control(tcb, cx);
  }
  void sends(int segments) {
    for (int i = 0; i < segments; ++i) {
      tcb.sent.push_back({.seq = tcb.snd.nxt, .len = kSmss, .sent_at = cx.now, .transmissions = 1});
      tcb.snd.nxt += kSmss;
      sender.recovery.pipe += kSmss;
      segment_sent(tcb, kSmss, false, cx);
    }
  }
  // Sends lost text again; returns the number of segments.
  void retransmits(int segments) {
    for (int i = 0; i < segments; ++i) {
      Sent* const lost = first_lost(tcb.sent);
      ASSERT_NE(lost, nullptr);
      lost->lost = false;
      lost->sent_at = cx.now;
      ++lost->transmissions;
      sender.recovery.pipe += kSmss;
      segment_sent(tcb, kSmss, true, cx);
    }
  }
  void acks(std::uint32_t ack, const wire::SackBlocks& sack = {}, std::uint32_t echo = 0) {
    Segment seg;
    seg.ack = Seq(ack);
    seg.control.ack = true;
    seg.options.sack = sack;
    if (tcb.ts.ok) seg.options.timestamps = {1, echo};
    const bool is_duplicate = seg.ack == tcb.snd.una;
    const Delivered delivered = deliver(tcb, seg);
    tcb.snd.una = seg.ack;
    acknowledgment_arrived(tcb, delivered, seg, is_duplicate, cx);
  }
  // RACK declares the oldest segment lost not at once, but after `window`.
  void reordering_has(Duration window) {
    EXPECT_FALSE(tcb.sent.front().lost);
    EXPECT_EQ(tcb.alarms.deadline(AlarmKind::reordering), cx.now + window);
    cx.now += window;
    reordering_timeout(tcb, cx);
    EXPECT_TRUE(tcb.sent.front().lost);
  }
  [[nodiscard]] std::uint32_t cwnd() const { return sender.recovery.window.cwnd; }

  Sender& sender = sender_of(tcb);
};

// RFC 9937 section 6: ssthresh is 10, RecoverFS 20; half of what is delivered may be sent.
TEST_F(RecoveryTest, PrrSendsInProportionAndThenUpToSsthresh) {
  sender.recovery.window.cwnd = 20 * kSmss;
  sends(20);
  cx.now += 100ms;
  acks(1, {{1001, 4001}});  // pipe 16; CEIL(3 * 10 / 20) = 1.5
  ASSERT_EQ(sender.recovery.phase, RecoveryPhase::recovery);
  EXPECT_EQ(sender.recovery.window.ssthresh, 10 * kSmss);
  EXPECT_EQ(cwnd(), 17500U);
  retransmits(1);
  acks(1, {{1001, 6001}});  // pipe 15, prr_delivered 5, prr_out 1: 2.5 - 1
  EXPECT_EQ(cwnd(), 16500U);
  sends(1);
  acks(1, {{1001, 13001}});  // pipe 9, below ssthresh: PRR-CRB up to it
  EXPECT_EQ(cwnd(), 10 * kSmss);
}

// RFC 9937 section 6.1: four of the twenty had been SACKed before, so recovery can deliver sixteen: RecoverFS.
TEST_F(RecoveryTest, PrrDoesNotCountWhatWasSackedBefore) {
  sender.recovery.window.cwnd = 20 * kSmss;
  tcb.rtt.srtt = 100ms;
  sends(20);
  cx.now += 100ms;
  sender.rack.reordering_seen = true;  // a hole is given time
  acks(1, {{1001, 5001}});
  ASSERT_EQ(sender.recovery.phase, RecoveryPhase::open);
  cx.now += 25ms;
  reordering_timeout(tcb, cx);
  ASSERT_EQ(sender.recovery.phase, RecoveryPhase::recovery);
  EXPECT_EQ(sender.recovery.recover_fs, 16 * kSmss);
}

// RFC 9937 section 6: far below ssthresh as much as was delivered, and a segment more once an ACK is safe.
TEST_F(RecoveryTest, PrrIsBoundedByWhatIsDeliveredAfterHeavyLoss) {
  sender.recovery.window.cwnd = 20 * kSmss;
  sends(20);
  cx.now += 100ms;
  acks(1, {{17001, 20001}});  // 17 lost, pipe 0, 3 delivered
  EXPECT_EQ(sender.recovery.pipe, 0U);
  EXPECT_EQ(cwnd(), 3 * kSmss);
  retransmits(3);
  cx.now += 100ms;
  acks(1001);  // pipe 2, prr_delivered - prr_out = 1, and one
  EXPECT_EQ(cwnd(), 4 * kSmss);
}

// RFC 2018 section 5, RFC 6675 section 4: a SACKed segment leaves the pipe and is not sent again.
TEST_F(RecoveryTest, WhatWasSackedIsNotLost) {
  sends(5);
  cx.now += 100ms;
  acks(1, {{1001, 2001}, {3001, 5001}});
  EXPECT_EQ(sender.recovery.sacked, 3 * kSmss);
  EXPECT_TRUE(tcb.sent[0].lost);
  EXPECT_TRUE(tcb.sent[1].sacked && !tcb.sent[1].lost);
  EXPECT_TRUE(tcb.sent[2].lost);
  EXPECT_EQ(sender.recovery.pipe, 0U);
}

TEST_F(RecoveryTest, APeerThatReneges) {  // RFC 2018 section 8
  sends(3);
  cx.now += 100ms;
  acks(1, {{1001, 2001}});
  tcb.sent.front().sacked = true;  // and SEG.ACK does not move
  sender.recovery.sacked += kSmss;
  sender.recovery.pipe -= kSmss;
  enter_loss(tcb, cx);
  EXPECT_EQ(sender.recovery.sacked, 0U);
  EXPECT_TRUE(tcb.sent.front().lost);
}

// RFC 8985 section 5.2, RFC 8985 section 6.2: later in time, or at the same time by the sequence number.
TEST_F(RecoveryTest, RackOrdersTransmissions) {
  EXPECT_TRUE(is_sent_after(Time(2ms), Seq(1), Time(1ms), Seq(5)));
  EXPECT_TRUE(is_sent_after(Time(1ms), Seq(5), Time(1ms), Seq(1)));
  EXPECT_FALSE(is_sent_after(Time(1ms), Seq(1), Time(1ms), Seq(1)));
}

// RFC 8985 section 6.2: one segment beyond the hole, so a quarter of the RTT is given to reordering.
TEST_F(RecoveryTest, RackWaitsForReordering) {
  sends(3);
  tcb.rtt.srtt = 100ms;
  cx.now += 100ms;
  acks(1, {{1001, 2001}});
  reordering_has(25ms);
  EXPECT_EQ(sender.recovery.phase, RecoveryPhase::recovery);
}

// RFC 8985 section 6.2 steps 3 and 4: once an original has been overtaken, three segments beyond a hole do not
// prove a loss.
TEST_F(RecoveryTest, RackGivesTimeWhereReorderingWasSeen) {
  tcb.rtt.srtt = 100ms;
  sends(2);
  cx.now += 100ms;
  acks(1, {{1001, 2001}});
  cx.now += 5ms;
  acks(2001);
  sends(5);
  cx.now += 100ms;
  acks(2001, {{3001, 6001}});
  reordering_has(25ms);
}

// RFC 8985 section 6.2 step 4: a round with a D-SACK widens the window by a quarter of min_RTT, for 16 recoveries.
TEST_F(RecoveryTest, RackWidensItsWindowOnceForEachRoundWithADSack) {
  tcb.rtt.srtt = 100ms;
  sends(3);
  cx.now += 100ms;
  acks(1, {{1001, 2001}});
  reordering_has(25ms);
  retransmits(1);
  cx.now += 1ms;
  acks(3001);  // the original; then its copy, and the network doubles the report
  sends(2);
  acks(3001, {{1, 1001}});
  acks(3001, {{1, 1001}});
  cx.now += 100ms;
  acks(3001, {{4001, 5001}});
  reordering_has(50ms);
  for (int i = 0; i < 15; ++i) rack_recovery_ended(sender.rack);
  EXPECT_EQ(sender.rack.reo_wnd_mult, 2);
  rack_recovery_ended(sender.rack);
  EXPECT_EQ(sender.rack.reo_wnd_mult, 1);
}

TEST_F(RecoveryTest, ATimeoutSparesWhatWasJustSent) {  // RFC 8985 section 6.3
  sends(1);
  cx.now += 100ms;
  acks(1001);  // RACK.rtt is 100 ms
  sends(2);
  cx.now += 300ms;
  sends(1);
  enter_loss(tcb, cx);
  EXPECT_EQ(cwnd(), kSmss);
  EXPECT_TRUE(tcb.sent[0].lost);
  EXPECT_TRUE(tcb.sent[1].lost);
  EXPECT_FALSE(tcb.sent[2].lost);
}

TEST_F(RecoveryTest, WhatTheAckOfAProbeTells) {  // RFC 8985 section 7.4
  const TailLossProbe again{.end_seq = Seq(5001), .is_retransmission = true};
  sender.probe = again;
  EXPECT_TRUE(is_loss_repaired_by_probe(tcb, {.advanced = kSmss}, Seq(6001)));
  EXPECT_FALSE(sender.probe.end_seq);
  sender.probe = again;  // the original came too
  EXPECT_FALSE(is_loss_repaired_by_probe(
      tcb, {.advanced = kSmss, .d_sack = true, .d_sack_end = Seq(5001)}, Seq(6001)));
  sender.probe = {.end_seq = Seq(5001)};  // it was new text
  EXPECT_FALSE(is_loss_repaired_by_probe(tcb, {.advanced = kSmss}, Seq(6001)));
}

TEST_F(RecoveryTest, APartialAcknowledgmentSendsTheNextHole) {  // RFC 6582
  tcb.sack_permitted = false;
  sends(6);
  cx.now += 100ms;
  for (int i = 0; i < 3; ++i) acks(1);
  ASSERT_TRUE(tcb.sent.front().lost);
  retransmits(1);
  acks(2001);
  EXPECT_EQ(tcb.sent.front().seq, Seq(2001));
  EXPECT_TRUE(tcb.sent.front().lost);
  EXPECT_EQ(sender.recovery.phase, RecoveryPhase::recovery);
  retransmits(1);
  acks(6001);
  EXPECT_EQ(sender.recovery.phase, RecoveryPhase::open);
}

TEST_F(RecoveryTest, EifelTakesBackATimeout) {  // RFC 3522 section 3.2, RFC 4015
  tcb.ts.ok = true;
  tcb.sack_permitted = false;
  sends(5);
  const std::uint32_t sent = timestamp_clock(tcb.ts, cx.now);
  cx.now += 1s;
  enter_loss(tcb, cx);
  ASSERT_EQ(cwnd(), kSmss);
  retransmits(1);
  acks(1001, {}, sent);
  EXPECT_GE(cwnd(), 10 * kSmss);
  EXPECT_EQ(sender.recovery.window.ssthresh, 0xffffffffU);
  EXPECT_EQ(first_lost(tcb.sent), nullptr);
}

TEST_F(RecoveryTest, EifelLeavesATimeoutThatWasNeeded) {  // RFC 3522 section 3.2
  tcb.ts.ok = true;
  tcb.sack_permitted = false;
  sends(5);
  cx.now += 1s;
  enter_loss(tcb, cx);
  retransmits(1);
  acks(1001, {}, timestamp_clock(tcb.ts, cx.now));
  EXPECT_EQ(sender.recovery.phase, RecoveryPhase::loss);
  EXPECT_EQ(sender.recovery.window.ssthresh, 5 * kSmss);
}

TEST_F(RecoveryTest, FRtoTakesBackATimeout) {  // RFC 5682 section 3.1
  sends(5);
  cx.now += 1s;
  enter_loss(tcb, cx);
  retransmits(1);
  acks(2001);  // the second segment was never sent again
  EXPECT_GE(cwnd(), 10 * kSmss);
  EXPECT_EQ(sender.recovery.phase, RecoveryPhase::open);
}

TEST_F(RecoveryTest, ADSackForEachRetransmissionTakesTheReductionBack) {  // RFC 2883 section 4
  sender.recovery.window.cwnd = 20 * kSmss;
  sends(20);
  cx.now += 100ms;
  acks(1, {{1001, 4001}});
  retransmits(1);
  acks(4001, {{1, 1001}});
  EXPECT_GE(cwnd(), 20 * kSmss);
  EXPECT_EQ(sender.recovery.phase, RecoveryPhase::open);
}

TEST_F(RecoveryTest, AnIdleConnectionBeginsAgainWithASmallWindow) {  // RFC 5681 section 4.1
  sends(1);
  cx.now += 100ms;
  acks(1001);
  tcb.rtt.rto = 300ms;
  sender.recovery.window.cwnd = 40 * kSmss;
  cx.now += 200ms;
  restart_after_idle(tcb, cx);
  EXPECT_EQ(cwnd(), 40 * kSmss);
  cx.now += 1ms;
  restart_after_idle(tcb, cx);
  EXPECT_EQ(cwnd(), 10 * kSmss);
}

TEST_F(RecoveryTest, AnIdleConnectionComesBackInSlowStart) {  // RFC 2861 section 3.2
  sends(1);
  cx.now += 100ms;
  acks(1001);
  tcb.rtt.rto = 300ms;
  sender.recovery.window.cwnd = 40 * kSmss;
  sender.recovery.window.ssthresh = 7 * kSmss;
  cx.now += 301ms;
  restart_after_idle(tcb, cx);
  EXPECT_EQ(sender.recovery.window.ssthresh, 30 * kSmss);
}

// RFC 2861 section 3.2: 20 of 40 segments were used at the most, for longer than an RTO.
TEST_F(RecoveryTest, AWindowThatIsNotUsedShrinks) {
  tcb.rtt.rto = 300ms;
  sender.recovery.window.cwnd = 40 * kSmss;
  sender.recovery.window.ssthresh = 7 * kSmss;
  sends(20);
  validate_congestion_window(tcb, cx);
  cx.now += 100ms;
  acks(20001);
  sends(5);
  cx.now += 199ms;
  validate_congestion_window(tcb, cx);
  EXPECT_EQ(cwnd(), 40 * kSmss);
  cx.now += 1ms;
  validate_congestion_window(tcb, cx);
  EXPECT_EQ(cwnd(), 30 * kSmss);
  EXPECT_EQ(sender.recovery.window.ssthresh, 30 * kSmss);
}

TEST_F(RecoveryTest, AWindowThatIsUsedInFullStays) {  // RFC 2861 section 3.2
  tcb.rtt.rto = 300ms;
  sender.recovery.window.cwnd = 40 * kSmss;
  sender.recovery.window.ssthresh = 7 * kSmss;
  sends(20);
  validate_congestion_window(tcb, cx);
  cx.now += 200ms;
  sends(20);
  validate_congestion_window(tcb, cx);
  cx.now += 200ms;
  acks(30001);
  validate_congestion_window(tcb, cx);
  EXPECT_GE(cwnd(), 40 * kSmss);
}

TEST_F(RecoveryTest, AWindowNeverShrinksBelowTheInitialOne) {  // RFC 2861 section 3.2
  tcb.rtt.rto = 300ms;
  sender.recovery.window.cwnd = 12 * kSmss;
  for (int i = 0; i < 10; ++i) {
    cx.now += 300ms;
    validate_congestion_window(tcb, cx);
  }
  EXPECT_GE(cwnd(), 10 * kSmss);
  EXPECT_LT(cwnd(), 11 * kSmss);
}

TEST_F(RecoveryTest, AWindowThatIsNotUsedDoesNotGrow) {  // RFC 7661
  sender.recovery.window.cwnd = 10 * kSmss;
  sends(4);
  cx.now += 100ms;
  acks(4001);
  EXPECT_EQ(cwnd(), 10 * kSmss);
  sends(6);
  cx.now += 100ms;
  acks(10001);
  EXPECT_EQ(cwnd(), 16 * kSmss);
}

}  // namespace
}  // namespace tcpstack::tcp
