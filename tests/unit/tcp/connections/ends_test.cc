// The ends of connections that something else depends on: TIME_WAIT and the next connection, resets for all, news for a user
// who has not called accept() yet.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "stack/tcp/connections/layer.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"
#include "tests/support/stack_host.h"

namespace tcpstack::tcp {
namespace {

constexpr std::uint16_t kPort = 80;
constexpr std::uint32_t kIsn = 5000;

class Ends : public testing::Test {
 protected:
  explicit Ends(std::size_t backlog = 1)
      : listener_(host_.stack.listen({test::kHere, kPort}, backlog).value()) {}

  // A peer's port is its name.
  void peer_sends(std::uint16_t port, wire::ControlBits control, std::uint32_t sequence,
                  std::uint32_t acknowledgment, const std::string& text = {}) {
    const wire::TcpHeader header{.sequence = sequence,
                                 .acknowledgment = acknowledgment,
                                 .control = control,
                                 .window = 65535};
    host_.arrives(test::tcp_packet(
        header, port, kPort, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  }
  void syn(std::uint16_t port, std::uint32_t isn = kIsn) {
    peer_sends(port, {.syn = true}, isn, 0);
  }
  // The headers of what was sent since the last look.
  std::vector<wire::TcpHeader> answers() {
    std::vector<wire::TcpHeader> headers;
    for (const test::Packet& packet : host_.take_sent()) {
      const auto ip = wire::parse_ipv4(packet);
      headers.push_back(
          wire::parse_tcp(ip->payload, ip->header.source, ip->header.destination)->header);
    }
    return headers;
  }
  std::size_t resets() {
    const auto all = answers();
    return static_cast<std::size_t>(std::ranges::count_if(
        all, [](const wire::TcpHeader& header) { return header.control.rst; }));
  }
  // The handshake. Returns the stack's ISS.
  std::uint32_t connect(std::uint16_t port) {
    syn(port);
    const std::uint32_t iss = answers().at(0).sequence;
    peer_sends(port, {.ack = true}, kIsn + 1, iss + 1);
    return iss;
  }
  ConnectionId accept() { return host_.stack.accept(listener_, host_.now).value(); }
  // Returns SND.NXT.
  std::uint32_t bring_to_time_wait(std::uint16_t port) {
    const std::uint32_t iss = connect(port);
    const ConnectionId id = accept();
    (void)host_.stack.close(id, host_.now);
    host_.drain();
    peer_sends(port, {.fin = true, .ack = true}, kIsn + 1, iss + 2);
    EXPECT_EQ(host_.stack.tcb(id)->state, State::TIME_WAIT);
    time_wait_ = id;
    host_.take_sent();
    return iss + 2;
  }
  [[nodiscard]] State state_of(ConnectionId id) const { return host_.stack.tcb(id)->state; }

  test::StackHost host_;
  ListenerId listener_;
  ConnectionId time_wait_;
};

TEST_F(Ends, TimeWaitStaysWhileTheAcceptQueueIsFull) {
  const std::uint32_t snd_nxt = bring_to_time_wait(1);
  connect(2);
  connect(3);
  syn(1, kIsn + 100);
  EXPECT_TRUE(host_.take_sent().empty());
  EXPECT_EQ(host_.drops(Drop::listen_accept_queue_full), 1U);
  EXPECT_EQ(state_of(time_wait_), State::TIME_WAIT);
  accept();
  syn(1, kIsn + 100);
  EXPECT_EQ(state_of(time_wait_), State::CLOSED);
  const auto answer = answers().at(0);
  EXPECT_TRUE(answer.control.syn);
  // MAY-2, in the same millisecond: above all numbers of the old connection.
  EXPECT_GE(answer.sequence - snd_nxt, 65537U);
  EXPECT_LT(answer.sequence - snd_nxt, 1U << 31);
}

TEST_F(Ends, TimeWaitStaysWhileTheSynQueueIsFull) {  // a cookie is no connection yet
  bring_to_time_wait(1);
  syn(2);
  host_.take_sent();
  syn(1, kIsn + 100);
  EXPECT_TRUE(host_.take_sent().empty());
  EXPECT_EQ(host_.drops(Drop::listen_backlog_full), 1U);
  EXPECT_EQ(state_of(time_wait_), State::TIME_WAIT);
}

TEST_F(Ends, TimeWaitSurvivesItsUserWithTextUnread) {  // RFC 9293 3.6.1, MUST-13
  const std::uint32_t iss = connect(1);
  const ConnectionId id = accept();
  peer_sends(1, {.ack = true}, kIsn + 1, iss + 1, "unread");
  (void)host_.stack.close(id, host_.now);
  host_.drain();
  peer_sends(1, {.fin = true, .ack = true}, kIsn + 7, iss + 2);
  ASSERT_EQ(state_of(id), State::TIME_WAIT);
  host_.take_sent();
  host_.stack.release(id, host_.now);
  host_.drain();
  EXPECT_TRUE(host_.take_sent().empty());
  EXPECT_EQ(state_of(id), State::TIME_WAIT);
}

class ManyEnds : public Ends {
 protected:
  static constexpr std::uint16_t kMany = 150;
  ManyEnds() : Ends(2 * kMany) {}
};

TEST_F(ManyEnds, TheListenersEndResetsAllThatWait) {  // a ring of 64 once left 86 peers half open
  for (std::uint16_t port = 1; port <= kMany; ++port) connect(port);
  host_.take_sent();
  host_.stack.close(listener_, host_.now);
  host_.drain();
  EXPECT_EQ(resets(), std::size_t{kMany});
  EXPECT_EQ(host_.stack.connection_count(), 0U);
}

TEST_F(ManyEnds, ResetAllLeavesNoPeerHalfOpen) {
  connect(1);
  const ConnectionId held = accept();
  connect(2);
  host_.stack.release(accept(), host_.now);  // FIN_WAIT_1, nobody's
  for (std::uint16_t port = 3; port <= kMany; ++port) connect(port);
  syn(kMany + 1);  // SYN_RECEIVED
  host_.drain();
  host_.take_sent();
  host_.stack.reset_all(host_.now);
  host_.drain();
  EXPECT_EQ(resets(), std::size_t{kMany + 1});
  EXPECT_TRUE(host_.stack.listeners().empty());
  EXPECT_EQ(host_.stack.active_connection_count(), 0U);
  EXPECT_EQ(host_.stack.status(held)->error, Error::reset);
}

// RFC 9293 section 3.10.5: TIME-WAIT ends with "ok"; the peer's connection has ended already.
TEST_F(Ends, ResetAllSendsNothingToTimeWait) {
  bring_to_time_wait(1);
  host_.stack.reset_all(host_.now);
  host_.drain();
  EXPECT_TRUE(host_.take_sent().empty());
}

// What waits to be told when accept() is called is told then.
TEST_F(Ends, NewsFromBeforeAcceptIsToldAfterIt) {
  const std::uint32_t iss = connect(1);
  peer_sends(1, {.ack = true, .urg = true}, kIsn + 1, iss + 1, "text");
  peer_sends(1, {.rst = true}, kIsn + 5, 0);
  host_.events.clear();
  const ConnectionId id = accept();
  host_.drain();
  ASSERT_EQ(host_.events.size(), 1U);
  EXPECT_EQ(host_.events[0].connection, id);
  EXPECT_TRUE(host_.events[0].readable);
  EXPECT_TRUE(host_.events[0].closed);
  std::array<std::uint8_t, 10> text{};
  EXPECT_EQ(host_.stack.receive(id, text, host_.now).value(), 4U);
  EXPECT_EQ(host_.stack.receive(id, text, host_.now).error(), Error::reset);
  EXPECT_EQ(host_.stack.receive(id, text, host_.now).value(), 0U);
}

TEST_F(Ends, WithoutNewsAcceptSaysNothing) {
  connect(1);
  host_.events.clear();
  accept();
  host_.drain();
  EXPECT_TRUE(host_.events.empty());
}

}  // namespace
}  // namespace tcpstack::tcp
