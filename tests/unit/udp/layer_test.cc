// UDP through the whole Stack: binding, datagrams both ways, the limit of a queue, errors, stale handles.
#include "stack/udp/layer.h"

#include <gtest/gtest.h>

#include "stack/wire/udp.h"
#include "tests/support/hex.h"
#include "tests/support/stack_host.h"

namespace tcpstack::udp {
namespace {

using test::counting;
using test::Packet;
using test::StackHost;

const Endpoint kPeer{test::kThere, 40000};

class UdpTest : public testing::Test {
 protected:
  std::expected<Received, Error> receive(DatagramSocketId socket, std::size_t size = 2000) {
    buffer.assign(size, 0);
    auto received = host.stack.receive_from(socket, buffer);
    if (received) buffer.resize(received->size);
    return received;
  }
  DatagramSocketId open(std::uint16_t port) {
    return host.stack.open_udp({{}, port}, host.now).value();
  }
  std::expected<void, Error> send(DatagramSocketId socket, Bytes data, Endpoint remote = kPeer) {
    return host.stack.send_to(socket, remote, data, host.now);
  }

  StackHost host;
  Packet buffer;
};

TEST_F(UdpTest, receives_datagrams_in_order_with_their_senders) {
  const auto socket = open(53);
  host.arrives(test::udp_packet(40000, 53, counting(5)));
  host.arrives(test::udp_packet(40001, 53, {}));
  ASSERT_EQ(host.events.size(), 2U);
  EXPECT_EQ(host.events[0].socket, socket);
  EXPECT_TRUE(host.events[0].readable);
  auto received = receive(socket);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->remote, kPeer);
  EXPECT_EQ(buffer, counting(5));
  received = receive(socket);
  ASSERT_TRUE(received) << "an empty datagram is one, too";
  EXPECT_EQ(received->remote.port, 40001);
  EXPECT_EQ(received->size, 0U);
  EXPECT_EQ(receive(socket).error(), Error::would_block);
}

TEST_F(UdpTest, several_datagrams_are_one_event) {
  open(53);
  for (int i = 0; i < 3; ++i) {
    const Packet packet = test::udp_packet(40000, 53, counting(5));
    host.stack.packet_arrives({.bytes = packet, .offload = {}}, host.now);
  }
  host.drain();
  EXPECT_EQ(host.events.size(), 1U);
}

TEST_F(UdpTest, cuts_what_the_buffer_does_not_hold) {
  const auto socket = open(53);
  host.arrives(test::udp_packet(40000, 53, counting(100)));
  const auto received = receive(socket, 10);
  ASSERT_TRUE(received);
  EXPECT_EQ(received->size, 10U);
  EXPECT_TRUE(received->truncated);
  EXPECT_EQ(buffer, counting(10));
  EXPECT_FALSE(receive(socket));
}

TEST_F(UdpTest, shows_the_next_datagram_without_taking_it) {
  const auto socket = open(53);
  EXPECT_EQ(host.stack.next_datagram(socket).error(), Error::would_block);
  host.arrives(test::udp_packet(40000, 53, counting(5)));
  for (int looks = 0; looks < 2; ++looks) {
    const auto next = host.stack.next_datagram(socket);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->remote, kPeer);
    EXPECT_EQ(next->size, 5U);
  }
  EXPECT_TRUE(receive(socket));
  EXPECT_EQ(host.stack.next_datagram(socket).error(), Error::would_block);
}

TEST_F(UdpTest, a_buffer_of_its_own_holds_less) {
  const auto socket = open(53);
  ASSERT_TRUE(host.stack.set_options(socket, {.receive_buffer = 300}));
  for (int i = 0; i < 3; ++i) host.arrives(test::udp_packet(40000, 53, counting(100)));
  EXPECT_TRUE(receive(socket));
  EXPECT_FALSE(receive(socket)) << "each costs 164 of 300 bytes";
}

// RFC 1122 section 4.1.4
TEST_F(UdpTest, the_user_sets_hops_and_service_of_what_is_sent) {
  const auto socket = open(53);
  ASSERT_TRUE(host.stack.set_options(socket, {.ttl = 3, .dscp = 46}));
  EXPECT_EQ(host.stack.options(socket)->ttl, 3);
  ASSERT_TRUE(send(socket, counting(4)));
  host.drain();
  ASSERT_EQ(host.sent.size(), 1U);
  EXPECT_EQ(host.sent[0][1], 46 << 2);
  EXPECT_EQ(host.sent[0][8], 3);
}

TEST_F(UdpTest, who_waits_for_room_is_told) {
  const auto socket = open(53);
  EXPECT_TRUE(host.stack.await_room(socket));
  while (send(socket, counting(60000))) {
  }
  EXPECT_EQ(host.stack.await_room(socket).error(), Error::would_block);
  host.drain();
  ASSERT_FALSE(host.events.empty());
  EXPECT_TRUE(host.events.back().writable);
  EXPECT_TRUE(host.stack.await_room(socket));
}

TEST_F(UdpTest, sends_golden_bytes) {
  const auto socket = open(53);
  ASSERT_TRUE(send(socket, test::from_hex("2c 37 42")));
  host.drain();
  ASSERT_EQ(host.sent.size(), 1U);
  Packet& packet = host.sent[0];
  EXPECT_TRUE(wire::parse_ipv4(packet)) << "checksum";
  packet.erase(packet.begin() + 4, packet.begin() + 12);  // identification to checksum
  EXPECT_EQ(packet, test::from_hex("45 00 00 1f 0a 00 00 02 0a 00 00 01"
                                   "00 35 9c 40 00 0b e1 28 2c 37 42"));
}

TEST_F(UdpTest, always_sends_a_checksum_and_accepts_none) {
  const auto socket = open(53);
  // The data's first word makes the checksum 0, which means "no checksum".
  ASSERT_TRUE(send(socket, test::from_hex("00 00")));
  host.drain();
  Packet data(2);
  store_be16(data.data(), load_be16(&host.sent[0][26]));
  ASSERT_TRUE(send(socket, data));
  host.drain();
  EXPECT_EQ(load_be16(&host.sent[1][26]), 0xffff);

  Packet without = test::udp_packet(40000, 53, counting(5));
  store_be16(&without[26], 0);
  host.arrives(without);
  EXPECT_TRUE(receive(socket));
  Packet wrong = test::udp_packet(40000, 53, counting(5));
  wrong[29] ^= 1;
  host.arrives(wrong);
  EXPECT_FALSE(receive(socket));
  EXPECT_EQ(host.drops(Drop::udp_checksum), 1U);
}

TEST_F(UdpTest, large_datagrams_travel_in_fragments) {
  const auto socket = open(53);
  ASSERT_TRUE(send(socket, counting(kMaxData)));
  host.drain();
  EXPECT_EQ(host.sent.size(), 45U);
  host.arrive(test::fragments(test::udp_packet(40000, 53, counting(kMaxData)), 1500, 8));
  const auto received = receive(socket, 70000);
  ASSERT_TRUE(received);
  EXPECT_EQ(buffer, counting(kMaxData));
  EXPECT_EQ(send(socket, counting(kMaxData + 1)).error(), Error::message_too_long);
}

TEST_F(UdpTest, a_full_queue_drops) {
  Config config;
  config.udp.receive_buffer = 1000;
  StackHost small(config);
  const auto socket = small.stack.open_udp({{}, 53}, small.now).value();
  for (int i = 0; i < 5; ++i) small.arrives(test::udp_packet(40000, 53, counting(400)));
  EXPECT_EQ(small.drops(Drop::udp_queue_full), 3U);
  Packet space(3000);
  EXPECT_TRUE(small.stack.receive_from(socket, space));
  EXPECT_TRUE(small.stack.receive_from(socket, space));
  EXPECT_FALSE(small.stack.receive_from(socket, space));
  small.arrives(test::udp_packet(40000, 53, counting(1400)));
  EXPECT_EQ(small.stack.receive_from(socket, space)->size, 1400U) << "one is always taken";
  for (int i = 0; i < 100; ++i) small.arrives(test::udp_packet(40000, 53, {}));
  EXPECT_EQ(small.drops(Drop::udp_queue_full), 3U + 100U - 15U) << "empty ones count, too";
}

TEST_F(UdpTest, a_full_outbox_refuses_and_tells_when_it_has_room) {
  const auto socket = open(53);
  int taken = 0;
  while (send(socket, counting(1000))) ++taken;
  EXPECT_EQ(send(socket, counting(1000)).error(), Error::would_block);
  EXPECT_EQ(taken, 256);
  host.drain();
  EXPECT_EQ(host.sent.size(), 256U);
  ASSERT_EQ(host.events.size(), 1U);
  EXPECT_TRUE(host.events[0].writable);
  EXPECT_TRUE(send(socket, counting(1000)));
}

TEST_F(UdpTest, ports_are_bound_once) {
  const auto socket = open(53);
  EXPECT_EQ(host.stack.local_endpoint(socket)->port, 53);
  EXPECT_EQ(host.stack.open_udp({test::kHere, 53}, host.now).error(), Error::address_in_use);
  EXPECT_EQ(host.stack.open_udp({Address(0x0a000009), 54}, host.now).error(), Error::illegal);
  host.stack.close(socket);
  EXPECT_TRUE(host.stack.open_udp({test::kHere, 53}, host.now));
  const auto any = open(0);
  EXPECT_GE(host.stack.local_endpoint(any)->port, 32768);
}

TEST_F(UdpTest, ephemeral_ports_run_out) {  // RFC 6056 section 3.3.1: until a free one is found
  for (int i = 0; i < 32768; ++i) ASSERT_TRUE(host.stack.open_udp({}, host.now));
  EXPECT_EQ(host.stack.open_udp({}, host.now).error(), Error::insufficient);
}

TEST_F(UdpTest, destinations_that_name_no_other_host) {
  const auto socket = open(53);
  for (const std::uint32_t address :
       {0U, 0xffffffffU, 0xe0000001U, 0x7f000001U, test::kHere.v4()}) {
    EXPECT_EQ(send(socket, {}, {Address(address), 1}).error(), Error::illegal);
  }
  EXPECT_EQ(send(socket, {}, {test::kThere, 0}).error(), Error::illegal);
}

TEST_F(UdpTest, a_stale_handle_does_nothing) {
  const auto socket = open(53);
  host.arrives(test::udp_packet(40000, 53, counting(5)));
  host.events.clear();
  host.stack.close(socket);
  host.stack.close(socket);
  open(54);
  EXPECT_EQ(receive(socket).error(), Error::does_not_exist);
  EXPECT_EQ(send(socket, {}).error(), Error::does_not_exist);
  EXPECT_EQ(host.stack.take_failure(socket).error(), Error::does_not_exist);
  EXPECT_EQ(host.stack.local_endpoint(socket).error(), Error::does_not_exist);
  EXPECT_EQ(host.stack.next_datagram(socket).error(), Error::does_not_exist);
  EXPECT_EQ(host.stack.await_room(socket).error(), Error::does_not_exist);
  EXPECT_EQ(host.stack.options(socket).error(), Error::does_not_exist);
  EXPECT_EQ(host.stack.set_options(socket, {}).error(), Error::does_not_exist);
  host.arrives(test::udp_packet(40000, 53, counting(5)));
  EXPECT_EQ(host.drops(Drop::udp_no_socket), 1U);
  EXPECT_TRUE(host.events.empty());
}

TEST_F(UdpTest, icmp_errors_come_to_the_socket) {  // RFC 1122 section 4.1.3.3
  const auto socket = open(53);
  ASSERT_TRUE(send(socket, counting(5)));
  host.drain();
  host.arrives(test::unreachable(wire::Unreachable::port, host.sent[0]));
  ASSERT_EQ(host.events.size(), 1U);
  EXPECT_TRUE(host.events[0].failed);
  EXPECT_FALSE(host.events[0].readable);
  const auto failure = host.stack.take_failure(socket);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->remote, kPeer);
  EXPECT_EQ(failure->problem, ip::IcmpProblem::port_unreachable);
  EXPECT_EQ(host.stack.take_failure(socket).error(), Error::would_block);
  for (int i = 0; i < 100; ++i) {
    host.arrives(test::unreachable(wire::Unreachable::host, host.sent[0]));
  }
  int kept = 0;
  while (host.stack.take_failure(socket)) ++kept;
  EXPECT_EQ(kept, 16) << "no more than the latest";
  host.stack.close(socket);
  host.arrives(test::unreachable(wire::Unreachable::port, host.sent[0]));
  EXPECT_EQ(host.drops(Drop::icmp_no_connection), 1U);
}

TEST_F(UdpTest, malformed_datagrams_are_dropped_by_name) {
  open(53);
  Packet packet = test::udp_packet(40000, 53, counting(5));
  wire::Ipv4Header header = wire::parse_ipv4(packet)->header;
  host.arrives(test::ip_packet(header, counting(7)));
  EXPECT_EQ(host.drops(Drop::udp_truncated), 1U);
  store_be16(&packet[24], 7);
  host.arrives(packet);
  EXPECT_EQ(host.drops(Drop::udp_length), 1U);
  host.arrives(test::udp_packet(40000, 0, {}));
  EXPECT_EQ(host.drops(Drop::udp_port_zero), 1U);
  EXPECT_TRUE(host.sent.empty()) << "what is malformed is not answered";
}

}  // namespace
}  // namespace tcpstack::udp
