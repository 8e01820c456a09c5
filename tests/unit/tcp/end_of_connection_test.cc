// What an end leaves behind: no queue, no alarm, no answer; news for the user, and figures (RFC 4022).
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "stack/wire/tcp.h"
#include "tests/support/stack_host.h"

namespace tcpstack::tcp {
namespace {

class EndOfConnection : public testing::Test {
 protected:
  test::Packet segment(wire::ControlBits control, std::uint32_t offset = 0,
                       const std::string& text = {}) {
    const wire::TcpHeader header{.sequence = 1001 + offset,
                                 .acknowledgment = peer_.their_isn() + 1,
                                 .control = control,
                                 .window = 65535};
    return test::tcp_packet(header, 40000, 80,
                            {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  const Tcb& tcb() { return *host_.stack.tcb(connection_); }
  void user_sends() {
    const std::array<std::uint8_t, 10> text{};
    ASSERT_TRUE(host_.stack.send(connection_, text, host_.now));
    host_.drain();
  }

  test::StackHost host_;
  test::TcpPeer peer_{host_};
  ConnectionId connection_ = peer_.connects();
};

// "All segment queues should be flushed" (RFC 9293 section 3.10.7.4, second).
TEST_F(EndOfConnection, NoTextAndNoAlarmIsLeft) {
  user_sends();
  ASSERT_TRUE(host_.stack.next_deadline());
  host_.arrives(segment({.rst = true}));
  ASSERT_EQ(tcb().state, State::CLOSED);
  EXPECT_TRUE(tcb().send_queue.empty());
  EXPECT_FALSE(host_.stack.next_deadline());
}

TEST_F(EndOfConnection, TextBeforeAResetIsNotAcknowledged) {
  host_.take_sent();
  host_.stack.packet_arrives({segment({.ack = true}, 0, "text"), {}}, host_.now);
  host_.stack.packet_arrives({segment({.rst = true}, 4), {}}, host_.now);
  host_.drain();
  EXPECT_EQ(tcb().state, State::CLOSED);
  EXPECT_TRUE(host_.take_sent().empty());
}

// "All outstanding RECEIVEs and SEND should receive 'reset' responses": both must look.
TEST_F(EndOfConnection, WakesReaderAndWriter) {
  host_.events.clear();
  host_.arrives(segment({.rst = true}));
  ASSERT_EQ(host_.events.size(), 1U);
  EXPECT_TRUE(host_.events[0].readable);
  EXPECT_TRUE(host_.events[0].writable);
  EXPECT_TRUE(host_.events[0].closed);
}

// tcpActiveOpens, tcpAttemptFails and tcpEstabResets (RFC 4022 section 3).
TEST_F(EndOfConnection, FiguresCountOpensFailuresAndResets) {
  const Counters& counters = host_.stack.counters();
  EXPECT_EQ(counters.active_opens, 0U);
  const ConnectionId opened = host_.stack.open({test::kThere, 7}, {}, host_.now).value();
  EXPECT_EQ(counters.active_opens, 1U);
  ASSERT_TRUE(host_.stack.abort(opened, host_.now));
  EXPECT_EQ(counters.attempt_fails, 1U);
  EXPECT_EQ(counters.established_resets, 0U);
  host_.arrives(segment({.rst = true}));
  EXPECT_EQ(counters.attempt_fails, 1U);
  EXPECT_EQ(counters.established_resets, 1U);
}

TEST_F(EndOfConnection, FiguresCountResetsToStrangers) {  // tcpOutRsts
  const wire::TcpHeader ack{.acknowledgment = 1, .control = {.ack = true}};
  host_.arrives(test::tcp_packet(ack, 40000, 81, {}));
  EXPECT_EQ(host_.stack.counters().resets_sent, 1U);
}

TEST_F(EndOfConnection, FiguresCountChallenges) {
  host_.arrives(segment({.rst = true}, 1));
  EXPECT_EQ(tcb().state, State::ESTABLISHED);
  EXPECT_EQ(host_.stack.counters().challenge_acks, 1U);
}

}  // namespace
}  // namespace tcpstack::tcp
