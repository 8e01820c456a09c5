// The parts that a connection has from the beginning, and those that it gets on demand (tcb.h).
#include "stack/tcp/tcb.h"

#include <array>

#include <gtest/gtest.h>

#include "tests/support/stack_host.h"
#include "tests/unit/tcp/lonely_tcb.h"

namespace tcpstack::tcp {
namespace {

constexpr std::array<std::uint8_t, 3> kText{'a', 'b', 'c'};

class TcbTest : public testing::Test {
 protected:
  const Tcb& tcb() { return *host.stack.tcb(id); }
  void text_arrives(std::uint32_t offset) {
    wire::TcpHeader header{.sequence = 1001 + offset, .window = 65535};
    header.acknowledgment = peer.their_isn() + 1;
    header.control.ack = true;
    host.arrives(test::tcp_packet(header, 40000, 80, kText));
  }

  test::StackHost host;
  test::TcpPeer peer{host};
  ConnectionId id = peer.connects();
};

TEST_F(TcbTest, AnIdleConnectionHasNoColdParts) {
  EXPECT_EQ(tcb().state, State::ESTABLISHED);
  EXPECT_FALSE(tcb().sender.is_made());
  EXPECT_FALSE(tcb().receive_rate.is_made());
  EXPECT_FALSE(tcb().statistics.is_made());
  EXPECT_FALSE(tcb().out_of_order.is_made());
  EXPECT_FALSE(tcb().record_ends.is_made());
  EXPECT_FALSE(tcb().alarms.rare.is_made());
  EXPECT_EQ(tcb().flight.capacity(), 0U);
}

// It does not report that it has not begun.
TEST_F(TcbTest, AnIdleConnectionHasAnInitialWindow) {
  const TcpInfo info = *host.stack.tcp_info(id, host.now);
  EXPECT_EQ(info.snd_cwnd, 10U);
  EXPECT_EQ(info.snd_ssthresh, 0x7fffffffU);
  EXPECT_EQ(info.min_rtt, info.rtt);
  EXPECT_EQ(info.rcv_space, 14600U);
  EXPECT_EQ(info.reordering, 3U);
}

TEST_F(TcbTest, TheFirstTextMakesASender) {
  ASSERT_TRUE(host.stack.send(id, kText, host.now));
  EXPECT_FALSE(tcb().sender.is_made());  // only output knows that it may leave
  host.drain();
  ASSERT_TRUE(tcb().sender.is_made());
  EXPECT_EQ(tcb().flight.pipe(), kText.size());
  EXPECT_EQ(tcb().sender->recovery.window.cwnd, 14600U);
  EXPECT_EQ(tcb().sender->rack.fack, tcb().snd.una);
  EXPECT_FALSE(tcb().receive_rate.is_made());
}

TEST_F(TcbTest, AFinMakesASender) {
  ASSERT_TRUE(host.stack.close(id, host.now));
  host.drain();
  EXPECT_EQ(tcb().flight.pipe(), 1U);
}

TEST_F(TcbTest, TheFirstTextThatArrivesIsMeasured) {
  text_arrives(0);
  EXPECT_TRUE(tcb().receive_rate.is_made());
  EXPECT_EQ(tcb().receive_rate->space, 14600U);
  EXPECT_FALSE(tcb().sender.is_made());
  EXPECT_FALSE(tcb().out_of_order.is_made());
}

TEST_F(TcbTest, AHoleIsRemembered) {
  text_arrives(3);
  ASSERT_TRUE(tcb().out_of_order.is_made());
  EXPECT_EQ(tcb().out_of_order->held.size(), 1U);
}

// The SYN's answer is lost: all of what is out counts, and the window is not yet known.
TEST(HalfOpen, ALostSynMakesASender) {
  test::StackHost host;
  (void)host.stack.listen({{}, 80}).value();
  wire::TcpHeader syn{.sequence = 1000, .window = 65535};
  syn.control.syn = true;
  host.arrives(test::tcp_packet(syn, 40000, 80, {}));
  const Tcb* const tcb = host.stack.tcb(host.stack.connections().at(0));
  EXPECT_FALSE(tcb->sender.is_made());
  host.passes(std::chrono::seconds(1));
  ASSERT_TRUE(tcb->sender.is_made());
  EXPECT_EQ(tcb->flight.pipe(), 1U) << "it is out again";
  EXPECT_EQ(tcb->sender->recovery.window.cwnd, 0U);
}

// What a debugger can do: make the sender's part before anything is sent. It changes nothing, and begins nothing.
TEST(Looking, DoesNotChangeWhatFollows) {
  test::StackHost untouched;
  test::StackHost looked_at;
  for (test::StackHost* const host : {&untouched, &looked_at}) {
    test::TcpPeer peer(*host);
    const ConnectionId id = peer.connects();
    if (host == &looked_at) make_sender(const_cast<Tcb&>(*host->stack.tcb(id)));
    peer.acknowledges(1);
    tcp::ConnectionOptions options = host->stack.options(id).value();
    options.congestion = "reno";
    ASSERT_TRUE(host->stack.set_options(id, options, host->now));
    ASSERT_TRUE(host->stack.send(id, test::counting(30'000), host->now));
    host->drain();
    host->passes(std::chrono::milliseconds(50));
    peer.acknowledges(2921);
    host->passes(std::chrono::seconds(2));
    peer.acknowledges(14'601);
  }
  EXPECT_GT(untouched.sent.size(), 10U);
  EXPECT_EQ(looked_at.sent, untouched.sent);
}

TEST(States, ReceiveTextUntilThePeersFin) {  // RFC 9293 section 3.10.7.4, seventh
  for (const State state : {State::ESTABLISHED, State::FIN_WAIT_1, State::FIN_WAIT_2})
    EXPECT_TRUE(is_receiving(state)) << name(state);
  for (const State state : {State::CLOSED, State::LISTEN, State::SYN_SENT, State::SYN_RECEIVED,
                            State::CLOSE_WAIT, State::CLOSING, State::LAST_ACK, State::TIME_WAIT})
    EXPECT_FALSE(is_receiving(state)) << name(state);
}

TEST(States, OnlySynReceivedIsServedEarly) {  // RFC 7413 section 4.2.2
  LonelyTcb lonely;
  lonely.tcb.fast_open = std::make_unique<FastOpen>();
  lonely.tcb.fast_open->served = true;
  lonely.tcb.state = State::SYN_RECEIVED;
  EXPECT_TRUE(is_served_early(lonely.tcb));
  lonely.tcb.state = State::ESTABLISHED;
  EXPECT_FALSE(is_served_early(lonely.tcb));
}

}  // namespace
}  // namespace tcpstack::tcp
