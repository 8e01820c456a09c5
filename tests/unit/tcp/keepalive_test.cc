// Keep-alives (RFC 9293 section 3.8.4); tests/drill/keepalive shows them on the wire.
#include "stack/tcp/keepalive.h"

#include <utility>

#include <gtest/gtest.h>

#include "tests/unit/tcp/lonely_context.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class KeepaliveTest : public testing::Test, protected LonelyContext {
 protected:
  KeepaliveTest() {
    tcb.state = State::ESTABLISHED;
    tcb.options = base::Shared(ConnectionOptions{
        .keepalive = true, .keepalive_idle = 10s, .keepalive_interval = 2s, .keepalive_probes = 2});
    heard_from_peer(tcb, cx);
    start_keepalive(tcb, cx);
  }
  // Until the alarm goes off.
  void time_passes() {
    cx.now = tcb.alarms.deadline(AlarmKind::keepalive);
    tcb.alarms.stop(AlarmKind::keepalive);
    keepalive_timeout(tcb, cx);
  }
  // One probe, if it is owed.
  bool probes() { return std::exchange(tcb.keepalive.due, false); }
};

TEST_F(KeepaliveTest, IsOffUnlessTheUserWantsIt) {  // MUST-25
  tcb.options = base::Shared(ConnectionOptions{.keepalive = TcpConfig{}.keepalive});
  start_keepalive(tcb, cx);
  EXPECT_FALSE(tcb.alarms.is_set(AlarmKind::keepalive));
}

TEST_F(KeepaliveTest, WaitsTwoHoursAtLeastByDefault) {  // MUST-28
  EXPECT_GE(TcpConfig{}.keepalive_idle, 2h);
}

TEST_F(KeepaliveTest, IsForSynchronizedConnections) {
  tcb.state = State::SYN_RECEIVED;
  start_keepalive(tcb, cx);
  EXPECT_FALSE(tcb.alarms.is_set(AlarmKind::keepalive));
}

TEST_F(KeepaliveTest, ProbesAfterTheIdleTime) {
  const Time begin = cx.now;
  time_passes();
  EXPECT_EQ(cx.now, begin + 10s);
  EXPECT_TRUE(probes());
}

TEST_F(KeepaliveTest, ANewIdleTimeBeginsTheCountAnew) {
  time_passes();
  ASSERT_EQ(tcb.keepalive.unanswered, 1U);
  start_keepalive(tcb, cx);
  EXPECT_EQ(tcb.keepalive.unanswered, 0U);
}

TEST_F(KeepaliveTest, WhatArrivesPutsTheProbeOff) {  // MUST-26
  const Time begin = cx.now;
  cx.now += 7s;
  heard_from_peer(tcb, cx);
  time_passes();
  EXPECT_FALSE(probes());
  time_passes();
  EXPECT_EQ(cx.now, begin + 17s);
  EXPECT_TRUE(probes());
}

TEST_F(KeepaliveTest, IsNotNeededWhileTextIsOutstanding) {  // MUST-26
  tcb.flight.sent({.seq = tcb.snd.nxt, .len = 1, .sent_at = cx.now, .transmissions = 1});
  tcb.snd.nxt += 1;
  time_passes();
  EXPECT_FALSE(probes());
  tcb.flight.clear();
  time_passes();
  EXPECT_TRUE(probes());
}

TEST_F(KeepaliveTest, OneUnansweredProbeDoesNotEndTheConnection) {  // MUST-29
  time_passes();
  time_passes();
  EXPECT_EQ(tcb.state, State::ESTABLISHED);
  EXPECT_TRUE(probes());
}

TEST_F(KeepaliveTest, TheLastUnansweredProbeDoes) {
  const Time begin = cx.now;
  for (int i = 0; i < 3; ++i) time_passes();
  EXPECT_EQ(cx.now, begin + 10s + 2 * 2s);
  EXPECT_EQ(tcb.state, State::CLOSED);
  EXPECT_EQ(tcb.error, Error::aborted);
}

TEST_F(KeepaliveTest, AnAnswerBeginsAnew) {
  time_passes();
  cx.now += 1s;
  heard_from_peer(tcb, cx);
  EXPECT_EQ(tcb.keepalive.unanswered, 0U);
  time_passes();  // one interval later: heard since
  const Time begin = cx.now;
  time_passes();
  EXPECT_EQ(cx.now, begin + 9s);
  EXPECT_EQ(tcb.state, State::ESTABLISHED);
}

}  // namespace
}  // namespace tcpstack::tcp
