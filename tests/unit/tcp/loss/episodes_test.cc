// Recoveries, marks and timeouts that follow each other: what one leaves to the next, and what it must not leave.
#include <chrono>

#include <gtest/gtest.h>

#include "tests/unit/tcp/loss/lonely_sender.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class Episodes : public testing::Test, protected LonelySender {
 protected:
  void sends_ten_of(std::size_t segments) {
    begins(10);
    writes(segments * kSmss);
    cx.now += 100ms;
    (void)sent();
  }
  Recovery& recovery() { return sender().recovery; }
};

class TimeoutEpisodes : public Episodes {
 protected:
  TimeoutEpisodes() { config.tcp.tail_loss_probe = false; }
};

// --- RFC 3168 section 6.1.2
TEST_F(Episodes, AnEchoWithNothingOutEndsAtOnce) {
  tcb.ecn.ok = true;
  sends_ten_of(3);
  acks(3001, {.echoes_congestion = true});
  EXPECT_EQ(phase(), RecoveryPhase::open);
  EXPECT_EQ(cwnd(), 5 * kSmss);
}

TEST_F(Episodes, TheLastEchoOfAWindowDoesNotLetItGrow) {
  tcb.ecn.ok = true;
  sends_ten_of(10);
  acks(1001, {.echoes_congestion = true});
  acks(10'001, {.echoes_congestion = true});
  EXPECT_EQ(phase(), RecoveryPhase::open);
  EXPECT_EQ(cwnd(), 5 * kSmss);
}

// cwnd is near ssthresh already when the loss shows.
TEST_F(Episodes, ALossLateInAWindowOfMarksDoesNotReduceAgain) {
  tcb.ecn.ok = true;
  sends_ten_of(10);
  acks(1001, {.echoes_congestion = true});
  for (std::uint32_t segment = 2; segment <= 5; ++segment) acks(segment * kSmss + 1);
  ASSERT_LT(cwnd(), 8 * kSmss);
  acks(5001, {.sack = {{6001, 9001}}});
  EXPECT_EQ(phase(), RecoveryPhase::recovery);
  EXPECT_EQ(ssthresh(), 5 * kSmss);
}

// A D-SACK for the recovery before it does not take the reduction of a mark back.
TEST_F(Episodes, AReductionByAnEchoIsFinal) {
  tcb.ecn.ok = true;
  sends_ten_of(20);
  acks(1, {.sack = {{1001, 4001}}});
  acks(1, {.sack = {{1001, 10'001}}});
  acks(10'001);
  ASSERT_EQ(phase(), RecoveryPhase::open);
  ASSERT_GT(tcb.snd.nxt, Seq(11'001));
  acks(11'001, {.echoes_congestion = true});
  const std::uint32_t reduced = ssthresh();
  ASSERT_LT(reduced, 5 * kSmss);
  acks(11'001, {.sack = {{1, 1001}}});
  EXPECT_EQ(ssthresh(), reduced);
}

TEST_F(TimeoutEpisodes, AnEchoDoesNotEndTheRepairOfATimeout) {
  tcb.ecn.ok = true;
  sends_ten_of(30);
  acks(1, {.sack = {{1001, 4001}}});
  acks(1, {.sack = {{1001, 10'001}}});
  ASSERT_GT(tcb.snd.nxt, Seq(11'001));
  passes(tcb.rtt.rto);
  ASSERT_EQ(phase(), RecoveryPhase::loss);
  acks(11'001, {.echoes_congestion = true});
  EXPECT_EQ(phase(), RecoveryPhase::loss);
}

// --- RFC 8985
// "TLP_process_ack": the probe was for the flight in which the loss shows. It must not reduce cwnd once more.
TEST_F(Episodes, AProbeIsForgottenInRecovery) {
  writes(3 * kSmss);
  passes(202ms);
  ASSERT_EQ(sent(), "1:1001 1001:2001 2001:3001 2001:3001");
  cx.now += 100ms;
  acks(1, {.sack = {{2001, 3001}}});
  passes(25ms);
  ASSERT_EQ(phase(), RecoveryPhase::recovery);
  acks(3001);
  const std::uint32_t before = ssthresh();
  writes(kSmss);
  acks(4001);
  EXPECT_EQ(ssthresh(), before);
}

// RFC 8985 section 6.2 step 4: sixteen recoveries narrow the window.
TEST_F(Episodes, RackCountsRecoveries) {
  sends_ten_of(10);
  sender().rack.reo_wnd_persist = 16;
  acks(1, {.sack = {{1001, 4001}}});
  acks(10'001);
  EXPECT_EQ(sender().rack.reo_wnd_persist, 15);
}

// --- RFC 9937 section 6.2: SafeACK moves SND.UNA
TEST_F(Episodes, ASackAloneIsNotSafe) {
  begins(20);
  writes(30 * kSmss);
  cx.now += 100ms;
  acks(1, {.sack = {{15'001, 20'001}}});
  (void)sent();
  acks(1, {.sack = {{15'001, 20'001}, {13'001, 14'001}}});
  EXPECT_EQ(sent().find(' '), std::string::npos) << "a segment for a segment";
}

// --- RFC 6298, RFC 5681, RFC 5682
TEST_F(TimeoutEpisodes, ATimeoutForgetsDuplicates) {
  tcb.sack_permitted = false;
  sends_ten_of(10);
  acks(1);
  acks(1);
  ASSERT_EQ(recovery().duplicates.count, 2U);
  passes(300ms);
  EXPECT_EQ(recovery().duplicates.count, 0U);
}

// RFC 9293 section 3.8.3: a peer that answers without taking the segment is no reason to count anew.
TEST_F(TimeoutEpisodes, AnAckOfNothingNewDoesNotBeginR2Anew) {
  sends_ten_of(1);
  passes(200ms);
  ASSERT_EQ(tcb.retransmissions, 1);
  acks(1);
  EXPECT_EQ(tcb.retransmissions, 1);
}

// RFC 5681 section 3.1, equation (4): the flight is smaller now.
TEST_F(TimeoutEpisodes, TheTimeoutOfALaterSegmentLowersSsthresh) {
  tcb.sack_permitted = false;
  sends_ten_of(10);
  passes(300ms);
  ASSERT_EQ(ssthresh(), 5 * kSmss);
  acks(7001);
  ASSERT_EQ(phase(), RecoveryPhase::loss);
  passes(tcb.rtt.rto);
  EXPECT_EQ(ssthresh(), 2 * kSmss);
}

TEST_F(TimeoutEpisodes, TheTimeoutOfALaterSegmentDoesNotRaiseSsthresh) {
  tcb.sack_permitted = false;
  sends_ten_of(10);
  recovery().window.cwnd = 4 * kSmss;
  passes(300ms);
  ASSERT_EQ(ssthresh(), 2 * kSmss);
  acks(1001);
  passes(tcb.rtt.rto);
  EXPECT_EQ(ssthresh(), 2 * kSmss);
}

// RFC 5682 section 3.1: the second timeout is of another segment, which recovery may have sent before.
TEST_F(TimeoutEpisodes, TheTimeoutOfALaterSegmentIsNotExamined) {
  sends_ten_of(20);
  passes(300ms);
  acks(1001);
  ASSERT_EQ(recovery().f_rto, FRto::new_text);
  passes(tcb.rtt.rto);
  EXPECT_EQ(recovery().f_rto, FRto::off);
}

// Step 3.a: the new text arrives, the retransmission was needed.
TEST_F(TimeoutEpisodes, NewTextThatArrivesEndsFRto) {
  sends_ten_of(20);
  passes(300ms);
  acks(1001);
  ASSERT_EQ(recovery().f_rto, FRto::new_text);
  acks(1001, {.sack = {{10'001, 11'001}}});
  EXPECT_EQ(recovery().f_rto, FRto::off);
}

// The comparison with SND.UNA holds for 2^31 bytes.
TEST_F(Episodes, TheRecoveryPointFollowsSndUna) {
  sends_ten_of(10);
  acks(5001);
  EXPECT_EQ(recovery().recover, Seq(5000));
}

// --- cwnd of a user who pauses
TEST_F(TimeoutEpisodes, WhileTextIsOutThereIsNoRestart) {  // RFC 5681 section 4.1
  begins(40);
  writes(20 * kSmss);
  passes(200ms);
  acks(1001);
  passes(250ms);
  ASSERT_GT(cx.now - recovery().last_sent_at, tcb.rtt.rto);
  writes(kSmss);
  EXPECT_GT(cwnd(), 10 * kSmss);
}

// RFC 9438 section 4.2: the pause is no time of the epoch. Otherwise cwnd would grow by half at once.
TEST_F(Episodes, CubicHearsOfAPause) {
  config.tcp.slow_start_after_idle = false;
  tcb.options = base::Shared(ConnectionOptions{.nagle = false, .congestion = "cubic"});
  begins(20);
  CongestionWindow& window = recovery().window;
  window.cwnd = window.ssthresh = sender().congestion->reduced(window);
  ASSERT_EQ(cwnd(), 14 * kSmss);
  for (int round = 0; round < 2; ++round) {
    writes(14 * kSmss);
    cx.now += 100ms;
    acks(tcb.snd.nxt.number());
    cx.now += 100s;
  }
  EXPECT_LE(cwnd(), 17 * kSmss);
}

TEST_F(Episodes, WhatIsDeliveredIsCounted) {  // Linux's tcpi_delivered
  sends_ten_of(3);
  acks(1001, {.sack = {{2001, 3001}}});
  EXPECT_EQ(tcb.statistics->figures.delivered, 2U);
}

TEST_F(Episodes, ABlockThatBeginsBelowSegAckIsIgnored) {  // RFC 2018 section 3
  sends_ten_of(5);
  acks(2001, {.sack = {{4001, 5001}, {1001, 4001}}});
  EXPECT_EQ(tcb.flight.sacked(), kSmss);
}

}  // namespace
}  // namespace tcpstack::tcp
