// The retransmission timer, RFC 6298 section 5, and the user timeout beside it.
#include "stack/tcp/loss/retransmission_timer.h"

#include <chrono>

#include <gtest/gtest.h>

#include "stack/tcp/loss/rtt.h"
#include "tests/unit/tcp/loss/lonely_sender.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

// The RTO is 300 ms. No probe of the tail comes before it.
class RetransmissionTimerTest : public testing::Test, protected LonelySender {
 protected:
  RetransmissionTimerTest() { config.tcp.tail_loss_probe = false; }
  [[nodiscard]] bool runs() const { return tcb.alarms.is_set(AlarmKind::retransmission); }
  [[nodiscard]] Duration left() const { return until(AlarmKind::retransmission); }
  void allows(Duration user_timeout) {
    tcb.options = base::Shared(
        ConnectionOptions{.nagle = false, .congestion = "reno", .user_timeout = user_timeout});
  }
};

TEST_F(RetransmissionTimerTest, RunsWhileTextIsOut) {  // RFC 6298 (5.1)
  EXPECT_FALSE(runs());
  writes(kSmss);
  EXPECT_EQ(left(), 300ms);
}

// RFC 6298 (5.1): "if the timer is not running".
TEST_F(RetransmissionTimerTest, IsNotRestartedByWhatIsSentLater) {
  writes(kSmss);
  passes(200ms);
  writes(kSmss);
  EXPECT_EQ(left(), 100ms);
  passes(99ms);
  EXPECT_EQ(sent(), "1:1001 1001:2001");
  passes(1ms);
  EXPECT_EQ(sent(), "1:1001");
}

TEST_F(RetransmissionTimerTest, StopsWhenAllIsAcknowledged) {  // RFC 6298 (5.2)
  writes(2 * kSmss);
  passes(100ms);
  acks(2001);
  EXPECT_FALSE(runs());
}

TEST_F(RetransmissionTimerTest, IsRestartedByAnAckOfNewText) {  // RFC 6298 (5.3)
  writes(2 * kSmss);
  passes(100ms);
  acks(1001);
  EXPECT_EQ(left(), tcb.rtt.rto);
}

TEST_F(RetransmissionTimerTest, IsNotRestartedByADuplicate) {  // RFC 6298 (5.3)
  writes(2 * kSmss);
  passes(100ms);
  acks(1, {.sack = {{1001, 2001}}});
  EXPECT_EQ(left(), 200ms);
}

TEST_F(RetransmissionTimerTest,
       BacksOffEachTime) {  // RFC 6298 (5.4), RFC 6298 (5.5), RFC 6298 (5.6)
  writes(kSmss);
  passes(300ms);
  EXPECT_EQ(sent(), "1:1001 1:1001");
  EXPECT_EQ(left(), 600ms);
  passes(600ms);
  EXPECT_EQ(sent(), "1:1001");
  EXPECT_EQ(left(), 1200ms);
  EXPECT_EQ(tcb.retransmissions, 2);
}

// RFC 6298 (5.7)
TEST_F(RetransmissionTimerTest, IsThreeSecondsAfterALostSyn) {
  tcb.rtt = {};
  start_rto(tcb.rtt, config.tcp);
  back_off(tcb.rtt, config.tcp);
  retransmission_timer::syn_acknowledged(tcb, config.tcp);
  writes(kSmss);
  EXPECT_EQ(left(), 3s);
}

TEST_F(RetransmissionTimerTest, IsAsMeasuredAfterASynThatWasTimed) {
  back_off(tcb.rtt, config.tcp);
  retransmission_timer::syn_acknowledged(tcb, config.tcp);
  writes(kSmss);
  EXPECT_EQ(left(), 600ms);
}

// The first four timeouts of a SYN do not double the RTO; those of a SYN, ACK do.
TEST_F(RetransmissionTimerTest, DoublesAfterTheFourthTimeoutOfASyn) {
  tcb.state = State::SYN_SENT;
  tcb.retransmissions = 4;
  retransmission_timer::expired(tcb, cx);
  EXPECT_EQ(left(), 300ms);
  tcb.retransmissions = 5;
  retransmission_timer::expired(tcb, cx);
  EXPECT_EQ(left(), 600ms);
}

TEST_F(RetransmissionTimerTest, DoublesAtTheFirstTimeoutOfASynAck) {
  tcb.state = State::SYN_RECEIVED;
  tcb.retransmissions = 1;
  retransmission_timer::expired(tcb, cx);
  EXPECT_EQ(left(), 600ms);
}

// RFC 2018 section 8: the ACK has stopped before text that was SACKed. Half of SRTT is 50 ms.
TEST_F(RetransmissionTimerTest, IsShortWhenThePeerHasReneged) {
  writes(4 * kSmss);
  passes(100ms);
  acks(1, {.sack = {{1001, 2001}}});
  acks(1001);
  EXPECT_EQ(until(AlarmKind::retransmission), 50ms);
  acks(2001);
  EXPECT_EQ(until(AlarmKind::retransmission), tcb.rtt.rto);
}

TEST_F(RetransmissionTimerTest, IsTenMillisecondsAtLeastWhenThePeerHasReneged) {
  tcb.rtt.srtt = 1ms;
  writes(4 * kSmss);
  cx.now += 1ms;
  acks(1, {.sack = {{1001, 2001}}});
  tcb.rtt.srtt = 1ms;
  acks(1001);
  EXPECT_EQ(until(AlarmKind::retransmission), 10ms);
}

TEST_F(RetransmissionTimerTest, BeginsAgainBehindAProbe) {  // RFC 8985 section 7.3
  writes(kSmss);
  passes(200ms);
  retransmission_timer::probe_sent(tcb, cx.now);
  EXPECT_EQ(left(), 300ms);
}

TEST_F(RetransmissionTimerTest, TheUserTimeoutRunsOnlyIfAskedFor) {
  writes(kSmss);
  EXPECT_FALSE(tcb.alarms.is_set(AlarmKind::user_timeout));
}

// RFC 9293 section 3.10.8
TEST_F(RetransmissionTimerTest, TheUserTimeoutIsOfTheOldestText) {
  allows(3s);
  writes(kSmss);
  passes(1s);  // two retransmissions
  writes(kSmss);
  EXPECT_EQ(until(AlarmKind::user_timeout), 2s);
  passes(2s);
  EXPECT_EQ(tcb.error, Error::aborted);
}

TEST_F(RetransmissionTimerTest, ProgressBeginsTheUserTimeoutAgain) {
  allows(3s);
  writes(2 * kSmss);
  passes(2s);
  acks(1001);
  EXPECT_EQ(until(AlarmKind::user_timeout), 3s);
  passes(2999ms);
  EXPECT_EQ(tcb.state, State::ESTABLISHED);
  passes(1ms);
  EXPECT_EQ(tcb.error, Error::aborted);
}

TEST_F(RetransmissionTimerTest, TheUserTimeoutStopsWhenAllIsAcknowledged) {
  allows(3s);
  writes(2 * kSmss);
  passes(100ms);
  acks(2001);
  EXPECT_FALSE(tcb.alarms.is_set(AlarmKind::user_timeout));
}

}  // namespace
}  // namespace tcpstack::tcp
