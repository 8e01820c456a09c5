// What leaves first, and what does not leave: the order of output, and its races with alarms and acknowledgments.
#include "stack/tcp/send/output.h"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include "stack/tcp/info.h"
#include "stack/tcp/loss/cwnd.h"
#include "stack/tcp/send/emit.h"
#include "stack/tcp/timeouts.h"
#include "tests/unit/tcp/loss/lonely_sender.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class Output : public testing::Test, protected LonelySender {
 protected:
  // The earliest alarm goes off, and nothing is sent yet.
  void alarm_goes_off() {
    cx.now = tcb.alarms.earliest();
    time_passes(tcb, cx);
  }
};

// RFC 9937 section 6 may leave a cwnd of less than a segment, and a path of larger segments may, too.
TEST_F(Output, AnEmptyPipeTakesASegment) {
  begins(1);
  sender().recovery.window.cwnd = kSmss / 2;
  writes(2 * kSmss);
  EXPECT_EQ(sent(), "1:1001");
}

// RFC 8985 section 7.3: new text is the probe; it is not followed by another.
TEST_F(Output, ATailLossProbeIsTheFirstToLeave) {
  writes(2 * kSmss);
  EXPECT_EQ(sent(), "1:1001 1001:2001");
  ASSERT_EQ(tcb.alarms.earliest(), tcb.alarms.deadline(AlarmKind::tail_loss_probe));
  alarm_goes_off();
  writes(kSmss);
  EXPECT_EQ(sent(), "2001:3001");
}

// MUST-36: a closed window is probed. In the same turn as the alarm an acknowledgment opens it.
TEST_F(Output, AWindowThatOpensIsNotProbed) {
  tcb.snd.wnd = 0;
  writes(2 * kSmss);
  EXPECT_EQ(sent(), "");
  ASSERT_TRUE(tcb.alarms.is_set(AlarmKind::persist));
  alarm_goes_off();
  tcb.snd.wnd = kSmss;
  writes(0);
  EXPECT_EQ(sent(), "1:1001") << "all that the window takes";
}

// The pacing alarm sends what waits. The window is open: it needs no probe.
TEST_F(Output, WhatIsPacedIsNotProbed) {
  tcb.options = base::Shared(ConnectionOptions{
      .nagle = false, .pacing = true, .max_pacing_rate = 1000, .congestion = "reno"});
  tcb.statistics.make().figures.data_segments_out = 100;
  writes(5 * kSmss);
  acks(tcb.snd.nxt.number());
  ASSERT_TRUE(tcb.flight.empty());
  ASSERT_TRUE(tcb.alarms.is_set(AlarmKind::pacing));
  EXPECT_FALSE(tcb.alarms.is_set(AlarmKind::persist));
}

// RFC 3168 section 6.1.2. An overtaken acknowledgment has the echo of marks that a newer one has reported.
TEST_F(Output, TheEchoOfAnOldAckDoesNotReduceTheWindow) {
  tcb.ecn.ok = true;
  begins(10);
  writes(5 * kSmss);
  acks(3001);
  const std::uint32_t before = cwnd();
  acks(2001, {.sack = {{1001, 2001}}, .echoes_congestion = true});
  EXPECT_EQ(cwnd(), before);
  EXPECT_EQ(phase(), RecoveryPhase::open);
  acks(3001, {.echoes_congestion = true});
  EXPECT_EQ(phase(), RecoveryPhase::cwr);
}

// "limits its sending rate": the user has written all, and cwnd would take more (delivery_rate.h).
TEST_F(Output, AUserWithoutTextLimitsTheRate) {
  writes(kSmss);
  EXPECT_EQ(tcb.statistics->delivery.limited_until, kSmss);
}

TEST_F(Output, ASmallSegmentInFlightCounts) {  // Linux's tcpi_unacked
  writes(kSmss / 10);
  EXPECT_EQ(tcp_info(tcb, config.tcp, cx.now).unacked, 1U);
}

// Linux's tcpi_ca_state: TCP_CA_Disorder.
TEST_F(Output, DuplicatesWithoutSackAreDisorder) {
  tcb.sack_permitted = false;
  begins(10);
  writes(5 * kSmss);
  EXPECT_EQ(tcp_info(tcb, config.tcp, cx.now).ca_state, CongestionState::open);
  acks(1);
  EXPECT_EQ(tcp_info(tcb, config.tcp, cx.now).ca_state, CongestionState::disorder);
}

// Whole or in small pieces, a window's worth of text need not wait for more window (RFC 9293 section 3.8.6.2.1 (2)).
TEST_F(Output, TextThatJustFitsTheWindowLeaves) {
  tcb.snd.wnd = 10;
  writes(10);
  EXPECT_EQ(sent(), "1:11");
}

// Linux: who sends within 40 ms of the peer's text answers it (quick ACKs end).
TEST_F(Output, TextLongAfterThePeersIsNoAnswer) {
  tcb.ack.last_text = cx.now - 1s;
  writes(kSmss);
  EXPECT_FALSE(tcb.ack.interactive);
  tcb.ack.last_text = cx.now;
  writes(kSmss);
  EXPECT_TRUE(tcb.ack.interactive);
}

TEST_F(Output, ASuperSegmentCountsAsItsSegments) {
  tcb.send_queue.append(std::vector<std::uint8_t>(1500));
  start_congestion_control(tcb, cx);
  const std::uint64_t before = tcb.segments_out;
  (void)emit(tcb, {.seq = tcb.snd.nxt, .text_size = 1500, .segment_size = kSmss}, cx);
  EXPECT_EQ(tcb.segments_out - before, 2U);
  EXPECT_EQ(tcb.statistics->figures.data_segments_out, 2U);
}

}  // namespace
}  // namespace tcpstack::tcp
