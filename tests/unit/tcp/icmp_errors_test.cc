// What ICMP errors do to a connection: RFC 9293 section 3.9.2.2, RFC 1122 section 4.2.3.9, RFC 5927.
#include "stack/tcp/icmp_errors.h"

#include <chrono>

#include <gtest/gtest.h>

#include "tests/support/stack_host.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;
using test::counting;
using test::Packet;
using test::StackHost;
using test::TcpPeer;
using wire::IcmpType;
using wire::Unreachable;

// Without offered options the text per segment is a round number.
Config plain() {
  Config config;
  config.tcp.timestamps = false;
  config.tcp.sack = false;
  return config;
}

class IcmpErrorsTest : public testing::Test {
 protected:
  Error error(ConnectionId id) { return host.stack.status(id)->error; }
  Error soft_error(ConnectionId id) { return host.stack.status(id)->soft_error; }
  State state(ConnectionId id) { return host.stack.status(id)->state; }
  ConnectionId opens() {
    const auto id = host.stack.open({test::kThere, 7}, {}, host.now).value();
    host.drain();
    return id;
  }
  ConnectionId sends(std::size_t size) {
    const auto id = peer.connects();
    EXPECT_TRUE(host.stack.send(id, counting(size), host.now));
    host.drain();
    return id;
  }

  StackHost host{plain()};
  TcpPeer peer{host};
};

TEST_F(IcmpErrorsTest, hard_errors_end_an_attempt) {  // SHLD-26
  const auto first = opens();
  host.arrives(test::unreachable(Unreachable::port, host.sent.back()));
  EXPECT_EQ(state(first), State::CLOSED);
  EXPECT_EQ(error(first), Error::refused);
  ASSERT_FALSE(host.events.empty());
  EXPECT_TRUE(host.events.back().closed);
  const auto second = opens();
  host.arrives(test::unreachable(Unreachable::protocol, host.sent.back()));
  EXPECT_EQ(error(second), Error::protocol_unreachable);
  EXPECT_EQ(host.stack.counters().icmp_errors_taken, 2U);
}

// Linux: icmp_err_convert, the codes that it calls fatal. A firewall's reject sends 9, 10 or 13.
TEST_F(IcmpErrorsTest, a_prohibition_ends_an_attempt_at_once) {
  const struct {
    std::uint8_t code;
    Error error;
  } cases[] = {{6, Error::net_unreachable},   {7, Error::host_unreachable},
               {8, Error::host_unreachable},  {9, Error::net_unreachable},
               {10, Error::host_unreachable}, {13, Error::host_unreachable},
               {14, Error::host_unreachable}, {15, Error::host_unreachable}};
  for (const auto& [code, expected] : cases) {
    const auto id = opens();
    host.arrives(test::icmp_error(IcmpType::destination_unreachable, code, 0,
                                  Bytes(host.sent.back()).first(28)));
    EXPECT_EQ(state(id), State::CLOSED) << int{code};
    EXPECT_EQ(error(id), expected) << int{code};
  }
  const auto established = sends(10);
  host.arrives(test::icmp_error(IcmpType::destination_unreachable, 13, 0, host.sent.back()));
  EXPECT_EQ(state(established), State::ESTABLISHED);
  EXPECT_EQ(soft_error(established), Error::host_unreachable);
}

TEST_F(IcmpErrorsTest, a_hard_error_ends_an_attempt_from_outside) {
  ASSERT_TRUE(host.stack.listen({{}, 80}));
  wire::TcpHeader syn{.sequence = 1000, .window = 65535};
  syn.control.syn = true;
  host.arrives(test::tcp_packet(syn, 40000, 80, {}));
  EXPECT_EQ(host.stack.connection_count(), 1U);
  host.arrives(test::unreachable(Unreachable::port, host.sent.back()));
  EXPECT_EQ(host.stack.connection_count(), 0U);
}

TEST_F(IcmpErrorsTest, soft_errors_do_not_end_an_attempt) {  // MUST-56, SHLD-25
  const struct {
    IcmpType type;
    std::uint8_t code;
    Error error;
  } cases[] = {{IcmpType::destination_unreachable, 0, Error::net_unreachable},
               {IcmpType::destination_unreachable, 1, Error::host_unreachable},
               {IcmpType::destination_unreachable, 5, Error::host_unreachable},
               {IcmpType::time_exceeded, 0, Error::host_unreachable},
               {IcmpType::time_exceeded, 1, Error::host_unreachable},
               {IcmpType::parameter_problem, 0, Error::protocol_unreachable}};
  for (const auto& [type, code, expected] : cases) {
    const auto id = opens();
    host.arrives(test::icmp_error(type, code, 0, Bytes(host.sent.back()).first(28)));
    EXPECT_EQ(state(id), State::SYN_SENT);
    EXPECT_EQ(soft_error(id), expected);
    EXPECT_EQ(error(id), Error::none);
  }
}

TEST_F(IcmpErrorsTest, a_soft_error_explains_the_timeout) {
  const auto unexplained = opens();
  const auto id = opens();
  host.arrives(test::unreachable(Unreachable::host, host.sent.back()));
  host.passes(5min);
  EXPECT_EQ(error(id), Error::host_unreachable);
  EXPECT_EQ(error(unexplained), Error::aborted);
}

TEST_F(IcmpErrorsTest, a_soft_error_is_forgotten_when_the_path_works) {
  const auto id = sends(10);
  host.arrives(test::unreachable(Unreachable::net, host.sent.back()));
  EXPECT_EQ(soft_error(id), Error::net_unreachable);
  peer.acknowledges(11);
  EXPECT_EQ(soft_error(id), Error::none);
}

TEST_F(IcmpErrorsTest, nothing_ends_an_established_connection) {  // RFC 5927 section 5.2
  const auto id = sends(10);
  for (const auto code : {Unreachable::net, Unreachable::host, Unreachable::protocol,
                          Unreachable::port, Unreachable::source_route_failed}) {
    host.arrives(test::unreachable(code, host.sent.back()));
    EXPECT_EQ(state(id), State::ESTABLISHED);
  }
  EXPECT_EQ(host.stack.counters().icmp_errors_taken, 5U);
}

TEST_F(IcmpErrorsTest, only_what_is_in_flight_counts) {  // MUST-54, RFC 5927 section 4.1
  const auto id = sends(10);
  const Packet text = host.sent.back();
  const std::uint32_t una = load_be32(&text[24]);
  for (const std::uint32_t seq : {una - 1, una + 10, una + 0x80000000U}) {
    Packet forged = text;
    store_be32(&forged[24], seq);
    host.arrives(test::unreachable(Unreachable::host, forged));
  }
  EXPECT_EQ(host.drops(Drop::icmp_no_connection), 3U);
  EXPECT_EQ(soft_error(id), Error::none);
  Packet last = text;
  store_be32(&last[24], una + 9);
  host.arrives(test::unreachable(Unreachable::host, last));
  EXPECT_EQ(soft_error(id), Error::host_unreachable);
  // Another connection's ports.
  Packet elsewhere = text;
  store_be16(&elsewhere[22], 40001);
  host.arrives(test::unreachable(Unreachable::host, elsewhere));
  EXPECT_EQ(host.drops(Drop::icmp_no_connection), 4U);
}

TEST_F(IcmpErrorsTest, a_source_quench_does_nothing) {  // MUST-55
  const auto id = sends(10);
  const auto cwnd = host.stack.tcb(id)->sender->recovery.window.cwnd;
  host.arrives(test::icmp_error(IcmpType::source_quench, 0, 0, Bytes(host.sent.back()).first(28)));
  EXPECT_EQ(host.drops(Drop::icmp_source_quench), 1U);
  EXPECT_EQ(host.stack.tcb(id)->sender->recovery.window.cwnd, cwnd);
}

}  // namespace
}  // namespace tcpstack::tcp
