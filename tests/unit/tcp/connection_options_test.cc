// Options of connections and listeners (connection_options.h); tests/drill/cork and tests/drill/options show what
// they do on the wire.
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/stack_host.h"

namespace tcpstack::tcp {
namespace {

// It runs under congestion control from then on.
void send_a_byte(test::StackHost& host, ConnectionId connection) {
  ASSERT_TRUE(host.stack.send(connection, Bytes(std::array<std::uint8_t, 1>{}), host.now));
  host.drain();
}

TEST(Options, AreThoseOfTheConfigurationAtFirst) {
  Config config;
  config.tcp.nagle = false;
  config.tcp.congestion = "reno";
  config.tcp.not_sent_low = 5000;
  test::StackHost host(config);
  const ListenerId listener = host.stack.listen({{}, 80}).value();
  const ConnectionOptions options = host.stack.options(listener).value();
  EXPECT_FALSE(options.nagle);
  EXPECT_STREQ(options.congestion, "reno");
  EXPECT_EQ(options.not_sent_low, 5000U);
}

TEST(Options, OfAListenerAreThoseOfItsConnections) {
  test::StackHost host;
  const ListenerId listener = host.stack.listen({{}, 80}).value();
  ConnectionOptions options = host.stack.options(listener).value();
  options.cork = true;
  options.send_buffer = 20000;
  options.receive_buffer = 10000;
  options.congestion = "reno";
  ASSERT_TRUE(host.stack.set_options(listener, options));

  wire::TcpHeader syn{.sequence = 1000, .window = 65535};
  syn.control.syn = true;
  host.arrives(test::tcp_packet(syn, 40000, 80, {}));
  wire::TcpHeader ack{.sequence = 1001, .window = 65535};
  ack.acknowledgment = load_be32(&host.sent.back()[wire::kIpv4HeaderSize + 4]) + 1;
  ack.control.ack = true;
  host.arrives(test::tcp_packet(ack, 40000, 80, {}));

  const ConnectionId connection = host.stack.accept(listener, host.now).value();
  EXPECT_TRUE(host.stack.options(connection)->cork);
  EXPECT_EQ(host.stack.tcb(connection)->send_capacity, 2 * 20000U);
  EXPECT_EQ(host.stack.tcb(connection)->receive_capacity, 10000U);
  send_a_byte(host, connection);
  EXPECT_STREQ(host.stack.tcb(connection)->sender->congestion->name(), "reno");
}

TEST(Options, OfAListenerThatIsGoneDoNotExist) {
  test::StackHost host;
  const ListenerId listener = host.stack.listen({{}, 80}).value();
  const ConnectionOptions options = host.stack.options(listener).value();
  host.stack.close(listener, host.now);
  EXPECT_EQ(host.stack.options(listener).error(), Error::does_not_exist);
  EXPECT_EQ(host.stack.set_options(listener, options).error(), Error::does_not_exist);
}

TEST(Options, ChooseAnotherAlgorithmOnTheWay) {  // MAY-18
  test::StackHost host;
  const ConnectionId connection = test::TcpPeer(host).connects();
  ConnectionOptions options = host.stack.options(connection).value();
  send_a_byte(host, connection);
  EXPECT_STREQ(host.stack.tcb(connection)->sender->congestion->name(), "cubic");
  const std::string name = "reno";  // the name need not outlive the call
  options.congestion = name.c_str();
  ASSERT_TRUE(host.stack.set_options(connection, options, host.now));
  EXPECT_STREQ(host.stack.tcb(connection)->sender->congestion->name(), "reno");
  EXPECT_NE(host.stack.options(connection)->congestion, name.c_str());
}

TEST(Options, OfUnknownAlgorithmsAndUselessSegmentsAreIllegal) {
  test::StackHost host;
  const ConnectionId connection = test::TcpPeer(host).connects();
  const ConnectionOptions before = host.stack.options(connection).value();
  ConnectionOptions options = before;
  options.congestion = "vegas";
  EXPECT_EQ(host.stack.set_options(connection, options, host.now).error(), Error::illegal);
  options = before;
  options.max_segment = 87;
  EXPECT_EQ(host.stack.set_options(connection, options, host.now).error(), Error::illegal);
  options.max_segment = 32768;
  EXPECT_EQ(host.stack.set_options(connection, options, host.now).error(), Error::illegal);
  for (const std::uint16_t size : {std::uint16_t{88}, std::uint16_t{32767}}) {
    options.max_segment = size;
    EXPECT_TRUE(host.stack.set_options(connection, options, host.now)) << size;
  }
  EXPECT_STREQ(host.stack.options(connection)->congestion, before.congestion);
}

// Linux takes TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT from 1 on. With an idle time of 0 the alarm went off for ever
// at the same time.
TEST(Options, OfKeepAlivesWithoutTimeOrProbesAreIllegal) {
  test::StackHost host;
  const ConnectionId connection = test::TcpPeer(host).connects();
  const ConnectionOptions before = host.stack.options(connection).value();
  const auto result_of = [&](Duration idle, Duration interval, unsigned probes, bool on) {
    ConnectionOptions options = before;
    options.keepalive_idle = idle;
    options.keepalive_interval = interval;
    options.keepalive_probes = probes;
    options.keepalive = on;
    const auto result = host.stack.set_options(connection, options, host.now);
    return result ? Error::none : result.error();
  };
  const Duration zero{0};
  const Duration one{1};
  EXPECT_EQ(result_of(zero, one, 1, true), Error::illegal);
  EXPECT_EQ(result_of(one, zero, 1, true), Error::illegal);
  EXPECT_EQ(result_of(one, one, 0, true), Error::illegal);
  EXPECT_EQ(result_of(one, one, 1, true), Error::none);
  EXPECT_EQ(result_of(zero, zero, 0, false), Error::none);  // they are off
}

TEST(Options, OfABufferSwitchItsGrowthOff) {
  test::StackHost host;
  const ConnectionId connection = test::TcpPeer(host).connects();
  ConnectionOptions options = host.stack.options(connection).value();
  options.send_buffer = 1;  // less than the least
  ASSERT_TRUE(host.stack.set_options(connection, options, host.now));
  const std::string text(5000, 'x');
  const Bytes bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  // The limit is looked at before a super-segment, which then takes all (buffers.h). The next one has to wait.
  EXPECT_EQ(host.stack.send(connection, bytes, host.now), 5000U);
  EXPECT_EQ(host.stack.send(connection, bytes, host.now), std::unexpected(Error::would_block));
  EXPECT_EQ(host.stack.options(connection)->send_buffer, 2304U);
}

// Linux's SOCK_MIN_RCVBUF is 2304; half of it is for text.
TEST(Options, OfAReceiveBufferHaveALeastSize) {
  test::StackHost host;
  const ConnectionId connection = test::TcpPeer(host).connects();
  ConnectionOptions options = host.stack.options(connection).value();
  options.receive_buffer = 1;
  ASSERT_TRUE(host.stack.set_options(connection, options, host.now));
  EXPECT_EQ(host.stack.options(connection)->receive_buffer, 1152U);
}

}  // namespace
}  // namespace tcpstack::tcp
