// What SEND and RECEIVE do at their limits (RFC 9293 sections 3.10.2 and 3.10.3).
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"
#include "tests/support/stack_host.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class Calls : public testing::Test {
 protected:
  const Tcb& tcb() { return *host_.stack.tcb(connection_); }
  void peer_sends(const std::string& text, std::uint32_t offset = 0) {
    wire::TcpHeader header{.sequence = 1001 + offset,
                           .acknowledgment = peer_.their_isn() + 1,
                           .control = {.ack = true},
                           .window = 65535};
    host_.arrives(test::tcp_packet(
        header, 40000, 80, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  }
  std::expected<std::size_t, Error> send(std::size_t size, SendFlags flags = {}) {
    return host_.stack.send(connection_, std::vector<std::uint8_t>(size), host_.now, flags);
  }
  std::expected<std::size_t, Error> receive(std::size_t size) {
    std::vector<std::uint8_t> text(size);
    return host_.stack.receive(connection_, text, host_.now);
  }
  // Queues text until no more is taken.
  void fill_send_queue() {
    while (send(10'000)) {
    }
  }
  template <typename Change>
  void set_option(Change change) {
    ConnectionOptions options = *host_.stack.options(connection_);
    change(options);
    ASSERT_TRUE(host_.stack.set_options(connection_, options, host_.now));
  }

  test::StackHost host_;
  test::TcpPeer peer_{host_};
  ConnectionId connection_ = peer_.connects();
};

TEST_F(Calls, NothingIsReceivedAtOnce) {
  EXPECT_EQ(receive(0), 0U);
  EXPECT_EQ(receive(1).error(), Error::would_block);
}

TEST_F(Calls, NothingIsSentAtOnceHoweverFullTheQueueIs) {
  fill_send_queue();
  EXPECT_EQ(send(1).error(), Error::would_block);
  EXPECT_EQ(send(0), 0U);
}

// The caller sends the rest, and with its last byte the record ends.
TEST_F(Calls, ARecordEndsWithItsLastByte) {
  constexpr std::size_t kLarge = 1 << 20;
  const auto taken = send(kLarge, {.end_of_record = true});
  ASSERT_TRUE(taken);
  ASSERT_LT(*taken, kLarge);
  EXPECT_TRUE(tcb().record_ends->empty());
}

TEST_F(Calls, ARecordOfNothingIsNone) {
  ASSERT_EQ(send(10, {.more_follows = true}), 10U);
  ASSERT_EQ(send(0, {.end_of_record = true}), 0U);
  EXPECT_TRUE(tcb().record_ends->empty());
  ASSERT_EQ(send(10, {.end_of_record = true}), 10U);
  EXPECT_EQ(tcb().record_ends->size(), 1U);
}

// Without urgent data RCV.UP moves along with the reader, and stays comparable.
TEST_F(Calls, TheUrgentPointerDoesNotFallBehindTheReader) {
  peer_sends("0123456789");
  ASSERT_EQ(receive(7), 7U);
  EXPECT_EQ(tcb().rcv.up, read_position(tcb()));
}

// The receive buffer follows what the user reads in a round trip.
TEST_F(Calls, WhatIsReadIsMeasured) {
  peer_sends("0123456789");
  ASSERT_EQ(receive(4), 4U);
  EXPECT_EQ(tcb().receive_rate->round_begin, host_.now) << "a round trip of reading begins";
}

// SHLD-14: more is unread than the buffer holds now. The window does not move, and does not grow.
TEST_F(Calls, ASmallerBufferThanItsTextHasNoRoom) {
  peer_sends(std::string(3000, 'x'));
  set_option([](ConnectionOptions& options) { options.receive_buffer = 2000; });
  const std::uint32_t before = tcb().rcv.wnd;
  peer_sends("y", 3000);
  EXPECT_LE(tcb().rcv.wnd, before);
}

TEST_F(Calls, TheReceiveBufferMayChangeUnderWay) {
  set_option([](ConnectionOptions& options) { options.receive_buffer = 5000; });
  EXPECT_EQ(tcb().receive_capacity, 5000U);
}

// The window that was offered stays, whatever option changes: its right edge must not move (SHLD-14).
TEST_F(Calls, AnOptionLeavesTheWindowAlone) {
  peer_sends(std::string(1000, 'x'));
  const std::uint32_t window = tcb().rcv.wnd;
  const std::uint32_t capacity = tcb().receive_capacity;
  set_option([](ConnectionOptions& options) { options.nagle = false; });
  EXPECT_EQ(tcb().rcv.wnd, window);
  EXPECT_EQ(tcb().receive_capacity, capacity);
}

// Linux's tcpi_last_data_recv and tcpi_last_ack_recv count from the handshake on.
TEST_F(Calls, AgesBeginWithTheHandshake) {
  host_.passes(5s);
  const TcpInfo info = host_.stack.tcp_info(connection_, host_.now).value();
  EXPECT_EQ(info.last_data_recv, 5s);
  EXPECT_EQ(info.last_ack_recv, 5s);
}

// TCP_SYNCNT is for the SYN (MUST-22).
TEST_F(Calls, TheRetriesOfASynAreNotThoseOfText) {
  set_option([](ConnectionOptions& options) { options.syn_retries = 1; });
  ASSERT_EQ(send(10), 10U);
  host_.drain();
  host_.passes(10s);
  EXPECT_EQ(tcb().state, State::ESTABLISHED);
}

// An active OPEN, and the peer's SYN, ACK.
class ActiveOpen : public testing::Test {
 protected:
  ActiveOpen() {
    host_.drain();
    const auto ip = wire::parse_ipv4(host_.sent.at(0));
    const auto syn = wire::parse_tcp(ip->payload, ip->header.source, ip->header.destination);
    const wire::TcpHeader answer{.sequence = 1000,
                                 .acknowledgment = syn->header.sequence + 1,
                                 .control = {.syn = true, .ack = true},
                                 .window = 65535,
                                 .options = {.maximum_segment_size = 1460}};
    host_.arrives(test::tcp_packet(answer, 7, syn->header.source_port, {}));
  }
  static Config config() {
    Config config;
    config.tcp.send_buffer.initial = 4096;
    return config;
  }

  test::StackHost host_{config()};
  ConnectionId connection_ = host_.stack.open({test::kThere, 7}, {}, host_.now).value();
};

// MUST-16: SMSS has no room for options that we have offered and the peer has declined.
TEST_F(ActiveOpen, DeclinedOptionsTakeNoRoom) {
  EXPECT_EQ(host_.stack.tcb(connection_)->snd.smss, 1460U);
}

// Linux: the buffer has room for two windows of congestion control.
TEST_F(ActiveOpen, HasRoomForTwoWindowsOnceEstablished) {
  ASSERT_EQ(host_.stack.tcb(connection_)->state, State::ESTABLISHED);
  EXPECT_EQ(host_.stack.tcb(connection_)->send_capacity, 2U * 10 * 1460);
}

TEST_F(ActiveOpen, HasHeardThePeersSyn) {
  host_.passes(5s);
  EXPECT_EQ(host_.stack.tcp_info(connection_, host_.now)->last_ack_recv, 5s);
}

}  // namespace
}  // namespace tcpstack::tcp
