// Rules outside the tables: local and remote addresses, the IP header of a segment, options that a user sets on one
// connection, initial sequence numbers. RFC 9293 3.4.1, 3.7.4, 3.8.4, 3.9.1.1, 3.9.2.
#include <chrono>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "stack/base/random.h"
#include "stack/stack.h"
#include "stack/tcp/connections/isn.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"
#include "tests/tcp/peer.h"
#include "tests/tcp/story.h"

namespace tcpstack::test {
namespace {

constexpr Time kNow = Time(std::chrono::seconds(1));
constexpr Address kBroadcast(0xffffffff);
constexpr Address kMulticast(0xe0000001);

struct Received {
  std::vector<std::uint8_t> bytes;
  wire::Ipv4Header ip;
  wire::TcpHeader tcp;
};

std::optional<Received> next_packet(Stack& stack, Time now = kNow) {
  const auto packet = stack.poll_transmit(now);
  if (!packet) return std::nullopt;
  Received received{.bytes = whole(*packet), .ip = {}, .tcp = {}};
  const auto ip = wire::parse_ipv4(received.bytes);
  received.ip = ip->header;
  received.tcp = wire::parse_tcp(ip->payload, ip->header.source, ip->header.destination)->header;
  return received;
}

void syn_arrives(Stack& stack, const Endpoint& source, const Endpoint& destination) {
  const auto packet =
      make_packet({.control = {.syn = true}, .window = 1000}, {}, source, destination);
  stack.packet_arrives({.bytes = packet, .offload = {}}, kNow);
}

// An established connection that we have opened.
ConnectionId connect(Stack& stack) {
  const ConnectionId id = *stack.open(kTheirs, {}, kNow);
  const auto syn = next_packet(stack);
  const Endpoint ours{syn->ip.source, syn->tcp.source_port};
  const auto answer = make_packet({.acknowledgment = syn->tcp.sequence + 1,
                                   .control = {.syn = true, .ack = true},
                                   .window = 10000},
                                  {}, kTheirs, ours);
  stack.packet_arrives({.bytes = answer, .offload = {}}, kNow);
  EXPECT_TRUE(next_packet(stack)->tcp.control.ack);
  return id;
}

// MUST-46
TEST(Addresses, of_no_single_host_cannot_be_opened) {
  Stack stack(story_config(), 1);
  for (const Address address : {kBroadcast, kMulticast, Address(0)}) {
    const auto id = stack.open({address, 80}, {}, kNow);
    ASSERT_FALSE(id);
    EXPECT_EQ(id.error(), tcp::Error::illegal);
  }
  EXPECT_FALSE(next_packet(stack));
}

// MUST-63
TEST(Addresses, of_no_single_host_are_not_answered) {
  Stack stack(story_config(), 1);
  ASSERT_TRUE(stack.listen(kOurs));
  for (const Address address :
       {kBroadcast, kMulticast, Address(0), Address(0x7f000001), kOurs.address}) {
    syn_arrives(stack, {address, 40000}, kOurs);
    EXPECT_FALSE(next_packet(stack));
  }
  EXPECT_EQ(stack.connection_count(), 0U);
}

// MUST-57
TEST(Addresses, a_syn_to_all_hosts_is_discarded_in_silence) {
  Stack stack(story_config(), 1);
  ASSERT_TRUE(stack.listen({Address(0), 80}));
  for (const Address address : {kBroadcast, kMulticast, Address(0x0a0000ff)}) {
    syn_arrives(stack, kTheirs, {address, 80});
    EXPECT_FALSE(next_packet(stack));
  }
  EXPECT_EQ(stack.connection_count(), 0U);
}

// MUST-43
TEST(Addresses, a_passive_open_may_name_the_local_one) {
  Stack stack(story_config(), 1);
  ASSERT_TRUE(stack.listen({Address(0x0a000063), 80}));
  ASSERT_TRUE(stack.listen({kOurs.address, 81}));
  syn_arrives(stack, kTheirs, kOurs);
  EXPECT_TRUE(next_packet(stack)->tcp.control.rst);
  syn_arrives(stack, kTheirs, {kOurs.address, 81});
  EXPECT_TRUE(next_packet(stack)->tcp.control.syn);
}

// MUST-43, MUST-44
TEST(Addresses, an_active_open_may_leave_the_local_one_to_ip) {
  Stack stack(story_config(), 1);
  ASSERT_TRUE(stack.open(kTheirs, {}, kNow));
  EXPECT_EQ(next_packet(stack)->ip.source, kOurs.address);
  ASSERT_TRUE(stack.open(kTheirs, {kOurs.address, 1234}, kNow));
  const auto syn = next_packet(stack);
  EXPECT_EQ(syn->ip.source, kOurs.address);
  EXPECT_EQ(syn->tcp.source_port, 1234);
}

// MUST-45, MUST-49, MAY-4
TEST(Addresses, and_ttl_stay_in_later_segments) {
  Config config = story_config();
  config.ip.ttl = 7;
  Stack stack(config, 1);
  ASSERT_TRUE(stack.open(kTheirs, {}, kNow));
  const auto first = next_packet(stack);
  const Time later = kNow + std::chrono::seconds(1);
  stack.time_passes(later);
  const auto again = next_packet(stack, later);
  EXPECT_EQ(first->ip.ttl, 7);
  EXPECT_EQ(again->ip.ttl, 7);
  EXPECT_EQ(again->ip.source, first->ip.source);
  EXPECT_EQ(again->tcp.sequence, first->tcp.sequence);
  EXPECT_EQ(again->ip.identification, first->ip.identification);
}

// MUST-17
TEST(ConnectionOptions, turn_the_nagle_algorithm_off) {
  Stack stack(story_config(), 1);
  const ConnectionId id = connect(stack);
  const std::vector<std::uint8_t> text(10);
  ASSERT_TRUE(stack.send(id, text, kNow));
  EXPECT_TRUE(next_packet(stack));
  ASSERT_TRUE(stack.send(id, text, kNow));
  EXPECT_FALSE(next_packet(stack));
  tcp::ConnectionOptions options = *stack.options(id);
  options.nagle = false;
  ASSERT_TRUE(stack.set_options(id, options, kNow));
  EXPECT_TRUE(next_packet(stack));
}

// MUST-24
TEST(ConnectionOptions, turn_keep_alives_on_and_off) {
  Stack stack(story_config(), 1);
  const ConnectionId id = connect(stack);
  tcp::ConnectionOptions options = *stack.options(id);
  EXPECT_FALSE(options.keepalive);
  options.keepalive = true;
  options.keepalive_idle = std::chrono::seconds(10);
  ASSERT_TRUE(stack.set_options(id, options, kNow));
  Time now = kNow + std::chrono::seconds(10);
  stack.time_passes(now);
  EXPECT_TRUE(next_packet(stack, now));
  options.keepalive = false;
  ASSERT_TRUE(stack.set_options(id, options, now));
  now += std::chrono::hours(24);
  stack.time_passes(now);
  EXPECT_FALSE(next_packet(stack, now));
}

// MUST-8
TEST(InitialSequenceNumber, follows_a_clock_of_4_microseconds) {
  const base::KeyedHash f = base::Seed(1).hash("ISN");
  const auto isn = [&](Time now) { return tcp::initial_sequence_number(f, kOurs, kTheirs, now); };
  EXPECT_EQ(isn(kNow + std::chrono::microseconds(4)) - isn(kNow), 1);
  EXPECT_EQ(isn(kNow + std::chrono::seconds(1)) - isn(kNow), 250000);
}

// SHLD-1, MUST-9
TEST(InitialSequenceNumber, depends_on_the_connection_and_a_secret) {
  const base::KeyedHash f = base::Seed(1).hash("ISN");
  const base::KeyedHash another = base::Seed(2).hash("ISN");
  const tcp::Seq isn = tcp::initial_sequence_number(f, kOurs, kTheirs, kNow);
  const Endpoint next_port{kTheirs.address, 40001};
  const Endpoint next_host{Address(0x0a000003), 40000};
  EXPECT_EQ(isn, tcp::initial_sequence_number(f, kOurs, kTheirs, kNow));
  EXPECT_NE(isn, tcp::initial_sequence_number(f, kOurs, next_port, kNow));
  EXPECT_NE(isn, tcp::initial_sequence_number(f, kOurs, next_host, kNow));
  EXPECT_NE(isn, tcp::initial_sequence_number(another, kOurs, kTheirs, kNow));
}

}  // namespace
}  // namespace tcpstack::test
