// Urgent data (RFC 9293 section 3.8.5, RFC 6093), the Diffserv field (3.9.1.9) and reports of delivery problems.
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "stack/wire/ipv4.h"
#include "tests/support/stack_host.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class Urgent : public testing::Test {
 protected:
  void peer_sends(std::uint32_t sequence, std::uint16_t urgent_pointer, const std::string& text) {
    wire::TcpHeader header{
        .sequence = sequence, .acknowledgment = peer_.their_isn() + 1, .window = 65535};
    header.control.ack = true;
    header.control.urg = urgent_pointer != 0;
    header.urgent_pointer = urgent_pointer;
    host_.arrives(test::tcp_packet(header, 40000, 80, bytes_of(text)));
  }
  // Has the user got news of urgent data since the last look?
  bool told_of_urgent() {
    bool told = false;
    for (const Event& event : host_.events) told |= event.urgent;
    host_.events.clear();
    return told;
  }
  std::size_t urgent_left() { return host_.stack.status(connection_)->urgent; }
  void user_reads(std::size_t size) {
    std::vector<std::uint8_t> text(size);
    ASSERT_EQ(host_.stack.receive(connection_, text, host_.now), size);
  }
  // The headers of what was sent since the last look.
  std::vector<wire::TcpHeader> sent() {
    std::vector<wire::TcpHeader> headers;
    for (const test::Packet& packet : host_.take_sent()) {
      const auto ip = wire::parse_ipv4(packet);
      headers.push_back(
          wire::parse_tcp(ip->payload, ip->header.source, ip->header.destination)->header);
    }
    return headers;
  }
  static Bytes bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  }

  test::StackHost host_;
  test::TcpPeer peer_{host_};
  ConnectionId connection_ = peer_.connects();
};

TEST_F(Urgent, TheUserIsToldWhenItBeginsAndWhenItsEndMovesOn) {  // MUST-32
  host_.events.clear();
  peer_sends(1001, 5, "0123456789");
  EXPECT_TRUE(told_of_urgent());
  peer_sends(1011, 0, "x");
  EXPECT_FALSE(told_of_urgent());
  peer_sends(1012, 3, "yz!");
  EXPECT_TRUE(told_of_urgent());
}

TEST_F(Urgent, TheSamePointerAgainIsNoNews) {  // MUST-32
  peer_sends(1001, 10, "01234");
  EXPECT_TRUE(told_of_urgent());
  peer_sends(1006, 5, "56789");
  EXPECT_FALSE(told_of_urgent());
}

TEST_F(Urgent, APointerAtTheReaderIsNoNews) {  // "in advance of the data consumed"
  host_.events.clear();
  wire::TcpHeader header{
      .sequence = 1001, .acknowledgment = peer_.their_isn() + 1, .window = 65535};
  header.control = {.ack = true, .urg = true};
  host_.arrives(test::tcp_packet(header, 40000, 80, bytes_of("text")));
  EXPECT_FALSE(told_of_urgent());
}

TEST_F(Urgent, TheUserLearnsHowMuchIsLeft) {  // MUST-33, MUST-31: also of what has not come yet
  peer_sends(1001, 30, "0123456789");
  EXPECT_EQ(urgent_left(), 30U);
  user_reads(4);
  EXPECT_EQ(urgent_left(), 26U);
  user_reads(6);
  peer_sends(1011, 0, std::string(25, 'x'));
  user_reads(20);
  EXPECT_EQ(urgent_left(), 0U);
  user_reads(5);
  EXPECT_EQ(urgent_left(), 0U);
}

TEST_F(Urgent, ThePointerIsTheOctetAfterTheUrgentData) {  // MUST-30, MUST-62
  ASSERT_EQ(host_.stack.send(connection_, bytes_of("plain"), host_.now), 5U);
  ASSERT_EQ(host_.stack.send_urgent(connection_, bytes_of("!!!"), host_.now), 3U);
  host_.drain();
  const auto headers = sent();
  ASSERT_EQ(headers.size(), 1U);
  EXPECT_TRUE(headers[0].control.urg);
  EXPECT_EQ(headers[0].urgent_pointer, 8);
}

TEST_F(Urgent, EverySegmentBeforeItsEndBearsThePointer) {  // MUST-31
  const std::string text(4000, 'u');
  ASSERT_EQ(host_.stack.send_urgent(connection_, bytes_of(text), host_.now), text.size());
  ASSERT_EQ(host_.stack.send(connection_, bytes_of("after"), host_.now), 5U);
  host_.drain();
  for (const auto& header : sent()) {
    const std::uint32_t offset = header.sequence - peer_.their_isn() - 1;
    EXPECT_EQ(header.control.urg, offset < 4000);
    EXPECT_EQ(header.urgent_pointer, offset < 4000 ? 4000 - offset : 0);
  }
}

// The urgent text waits for the handshake.
TEST_F(Urgent, ASynHasNoPointer) {
  const Endpoint remote{test::kThere, 7};
  const ConnectionId opened = host_.stack.open(remote, {}, host_.now).value();
  host_.drain();
  host_.take_sent();
  ASSERT_EQ(host_.stack.send_urgent(opened, bytes_of("!!!"), host_.now), 3U);
  host_.passes(2s);
  const auto headers = sent();
  ASSERT_FALSE(headers.empty());
  for (const auto& header : headers) {
    EXPECT_TRUE(header.control.syn);
    EXPECT_FALSE(header.control.urg);
  }
}

TEST_F(Urgent, APointerBeyondItsFieldHasTheLargestValue) {  // RFC 9293 3.1: 16 bits
  const std::string text(70'000, 'u');
  ASSERT_EQ(host_.stack.send_urgent(connection_, bytes_of(text), host_.now), text.size());
  host_.drain();
  const auto headers = sent();
  ASSERT_FALSE(headers.empty());
  EXPECT_EQ(headers[0].urgent_pointer, 0xffff);
}

TEST_F(Urgent, WhatIsAcknowledgedIsUrgentNoMore) {
  ASSERT_EQ(host_.stack.send_urgent(connection_, bytes_of("!!!"), host_.now), 3U);
  host_.drain();
  peer_.acknowledges(4);
  host_.take_sent();
  ASSERT_EQ(host_.stack.send(connection_, bytes_of("calm"), host_.now), 4U);
  host_.drain();
  const auto headers = sent();
  ASSERT_EQ(headers.size(), 1U);
  EXPECT_FALSE(headers[0].control.urg);
}

TEST_F(Urgent, TheDiffservFieldIsTheUsersAndMayChange) {  // MUST-48, SHLD-21, SHLD-22
  for (const std::uint8_t dscp : {std::uint8_t{46}, std::uint8_t{10}}) {
    ConnectionOptions options = *host_.stack.options(connection_);
    options.dscp = dscp;
    options.nagle = false;
    ASSERT_TRUE(host_.stack.set_options(connection_, options, host_.now));
    ASSERT_EQ(host_.stack.send(connection_, bytes_of("x"), host_.now), 1U);
    host_.drain();
    const auto packets = host_.take_sent();
    ASSERT_EQ(packets.size(), 1U);
    EXPECT_EQ(wire::parse_ipv4(packets[0])->header.dscp, dscp);
  }
}

class DeliveryProblems : public Urgent {
 protected:
  bool told() {
    bool told = false;
    for (const Event& event : host_.events) told |= event.delivery_problem;
    host_.events.clear();
    return told;
  }
  void nothing_is_acknowledged() {
    ASSERT_EQ(host_.stack.send(connection_, bytes_of("lost"), host_.now), 4U);
    host_.drain();
  }
};

TEST_F(DeliveryProblems, TheUserIsToldWhenR1IsReached) {  // SHLD-9
  nothing_is_acknowledged();
  while (host_.stack.tcb(connection_)->retransmissions < host_.stack.config().tcp.retries_r1) {
    EXPECT_FALSE(told());
    host_.passes(100ms);
  }
  EXPECT_TRUE(told());
}

TEST_F(DeliveryProblems, SoftErrorsAreReported) {  // MUST-47
  nothing_is_acknowledged();
  host_.arrives(test::unreachable(wire::Unreachable::host, host_.take_sent().back()));
  EXPECT_TRUE(told());
}

TEST_F(DeliveryProblems, ReportsMayBeTurnedOff) {  // SHLD-20
  ConnectionOptions options = *host_.stack.options(connection_);
  options.report_problems = false;
  ASSERT_TRUE(host_.stack.set_options(connection_, options, host_.now));
  nothing_is_acknowledged();
  host_.arrives(test::unreachable(wire::Unreachable::host, host_.take_sent().back()));
  host_.passes(10s);
  EXPECT_FALSE(told());
}

}  // namespace
}  // namespace tcpstack::tcp
