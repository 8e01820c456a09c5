// ICMP: echoes and errors of ours, when we say nothing, how often, and which errors of others are read.
#include "stack/ip/icmp.h"

#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/support/stack_host.h"

namespace tcpstack::ip {
namespace {

using namespace std::chrono_literals;
using test::counting;
using test::Packet;
using test::StackHost;

struct Sent {
  wire::Ipv4Header ip;
  wire::IcmpMessage message;
};

Sent read(const Packet& packet) {
  const auto ip = wire::parse_ipv4(packet).value();
  EXPECT_EQ(ip.header.protocol, 1);
  return {ip.header, wire::parse_icmp(ip.payload).value()};
}

Packet echo(std::size_t size) {
  const Packet body = counting(size);
  return test::icmp_packet({.type = 8, .code = 0, .rest = 0x00010002, .body = body});
}

Packet with_protocol(std::uint8_t protocol, Address source = test::kThere) {
  return test::ip_packet({.protocol = protocol, .source = source, .destination = test::kHere},
                         counting(40));
}

TEST(Icmp, answers_an_echo_with_its_data) {
  StackHost host;
  host.arrives(echo(56));
  ASSERT_EQ(host.sent.size(), 1U);
  const Sent reply = read(host.sent[0]);
  EXPECT_EQ(reply.message.type, 0);
  EXPECT_EQ(reply.message.rest, 0x00010002U);
  EXPECT_TRUE(std::ranges::equal(reply.message.body, counting(56)));
  EXPECT_EQ(reply.ip.destination, test::kThere);
  EXPECT_EQ(reply.ip.ttl, 64);
  EXPECT_EQ(host.stack.counters().echo_replies, 1U);
}

TEST(Icmp, answers_an_echo_in_fragments_with_fragments) {
  StackHost host;
  for (const std::size_t size : {1473U, 4000U, 60000U, 65507U}) {
    const auto pieces = test::fragments(echo(size), 1500, 9);
    host.arrive(pieces);
    const auto sent = host.take_sent();
    ASSERT_EQ(sent.size(), pieces.size());
    Packet together;
    for (const Packet& packet : sent) {
      const Bytes data = wire::parse_ipv4(packet).value().payload;
      together.insert(together.end(), data.begin(), data.end());
    }
    const auto reply = wire::parse_icmp(together);
    ASSERT_TRUE(reply);
    EXPECT_TRUE(std::ranges::equal(reply->body, counting(size)));
  }
  EXPECT_EQ(host.stack.counters().datagrams_reassembled, 4U);
  EXPECT_EQ(host.all_drops(), 0U);
}

TEST(Icmp, protocol_unreachable) {  // RFC 1122 section 3.2.2.1
  StackHost host;
  const Packet packet = with_protocol(132);
  host.arrives(packet);
  ASSERT_EQ(host.sent.size(), 1U);
  const Sent error = read(host.sent[0]);
  EXPECT_EQ(error.message.type, 3);
  EXPECT_EQ(error.message.code, 2);
  EXPECT_EQ(error.message.rest, 0U);
  EXPECT_TRUE(std::ranges::equal(error.message.body, packet)) << "quoted whole";
  EXPECT_EQ(host.drops(Drop::ip_protocol_unknown), 1U);
  EXPECT_EQ(host.stack.counters().icmp_errors_sent, 1U);
}

TEST(Icmp, port_unreachable_in_golden_bytes) {  // RFC 1122 section 4.1.3.1
  StackHost host;
  host.arrives(test::udp_packet(40000, 9, test::from_hex("61 62")));
  ASSERT_EQ(host.sent.size(), 1U);
  const Packet payload(host.sent[0].begin() + 20, host.sent[0].end());
  EXPECT_EQ(payload, test::from_hex("03 03 11 1b 00 00 00 00"  //
                                    "45 00 00 1e 00 00 00 00 40 11 66 cd 0a 00 00 01 0a 00 00 02"
                                    "9c 40 00 09 00 0a ee 2b 61 62"));
  EXPECT_EQ(host.drops(Drop::udp_no_socket), 1U);
}

TEST(Icmp, quotes_what_fits_into_576_bytes) {
  StackHost host;
  host.arrives(test::udp_packet(1, 9, counting(1400)));
  host.arrive(test::fragments(test::udp_packet(1, 9, counting(20000)), 1500, 3));
  ASSERT_EQ(host.sent.size(), 2U);
  for (const Packet& packet : host.sent) EXPECT_EQ(packet.size(), 576U);
  // For a datagram that came in fragments, the header is the whole datagram's.
  EXPECT_EQ(load_be16(&host.sent[1][28 + 2]), 20028);
}

TEST(Icmp, says_nothing_where_it_must_not) {  // RFC 1122 section 3.2.2
  StackHost host;
  // About an ICMP error: here its first fragment, whose rest never comes.
  const Packet error = test::unreachable(wire::Unreachable::port, with_protocol(6));
  host.arrives(test::fragments(error, 44, 3)[0]);
  host.passes(31s);
  EXPECT_EQ(host.drops(Drop::ip_reassembly_timeout), 1U);
  // A source that names no single host never gets as far.
  for (const std::uint32_t source : {0U, 0xffffffffU, 0xe0000001U, 0x7f000001U}) {
    host.arrives(with_protocol(132, Address(source)));
  }
  EXPECT_EQ(host.drops(Drop::ip_source_invalid), 4U);
  // Packets for a broadcast or multicast address are not ours.
  for (const std::uint32_t destination : {0xffffffffU, 0xe0000001U}) {
    host.arrives(test::ip_packet(
        {.protocol = 132, .source = test::kThere, .destination = Address(destination)},
        counting(9)));
  }
  EXPECT_EQ(host.drops(Drop::ip_not_for_us), 2U);
  EXPECT_TRUE(host.sent.empty());
}

TEST(Icmp, time_exceeded_when_the_first_fragment_has_come) {
  StackHost host;
  const auto pieces = test::fragments(test::udp_packet(1, 2, counting(4000)), 1500, 3);
  host.arrives(pieces[0]);
  host.passes(29s);
  EXPECT_TRUE(host.sent.empty());
  host.passes(1s);
  ASSERT_EQ(host.sent.size(), 1U);
  const Sent error = read(host.sent[0]);
  EXPECT_EQ(error.message.type, 11);
  EXPECT_EQ(error.message.code, 1);
  EXPECT_TRUE(std::ranges::equal(error.message.body, Bytes(pieces[0]).first(548)));
  // Without it nobody could find the datagram's owner.
  host.arrives(pieces[1]);
  host.passes(30s);
  EXPECT_EQ(host.sent.size(), 1U);
  EXPECT_EQ(host.drops(Drop::ip_reassembly_timeout), 2U);
}

TEST(Icmp, an_echo_request_that_stays_incomplete_is_reported) {
  StackHost host;
  host.arrives(test::fragments(echo(4000), 1500, 3)[0]);
  host.passes(30s);
  EXPECT_EQ(host.sent.size(), 1U);
}

TEST(Icmp, limits_the_rate_of_errors) {
  Config config;
  config.ip.icmp_errors_per_second = 10;
  config.ip.icmp_errors_burst = 3;
  StackHost host(config);
  for (int i = 0; i < 100; ++i) host.arrives(with_protocol(132));
  EXPECT_EQ(host.take_sent().size(), 3U);
  EXPECT_EQ(host.stack.counters().icmp_errors_withheld, 97U);
  host.passes(99ms);
  host.arrives(with_protocol(132));
  EXPECT_EQ(host.take_sent().size(), 0U);
  host.passes(1ms);
  for (int i = 0; i < 9; ++i) host.arrives(with_protocol(132));
  EXPECT_EQ(host.take_sent().size(), 1U);
  host.passes(24h);
  for (int i = 0; i < 9; ++i) host.arrives(with_protocol(132));
  EXPECT_EQ(host.take_sent().size(), 3U) << "never more than the burst";
  host.arrives(echo(1));
  EXPECT_EQ(host.take_sent().size(), 1U) << "echo replies are no errors";
}

TEST(Icmp, ignores_what_it_does_not_know) {
  StackHost host;
  for (const int type : {0, 5, 9, 10, 13, 14, 15, 16, 17, 18, 40, 255}) {
    host.arrives(test::icmp_packet(
        {.type = static_cast<std::uint8_t>(type), .code = 0, .rest = 0, .body = counting(60)}));
  }
  EXPECT_EQ(host.drops(Drop::icmp_type_unknown), 12U);
  host.arrives(test::icmp_error(wire::IcmpType::source_quench, 0, 0, with_protocol(6)));
  EXPECT_EQ(host.drops(Drop::icmp_source_quench), 1U);  // RFC 9293 MUST-55
  EXPECT_TRUE(host.sent.empty());
}

TEST(Icmp, ignores_quotes_that_say_nothing) {
  StackHost host;
  wire::Ipv4Header ours{.protocol = 6, .source = test::kHere, .destination = test::kThere};
  const Packet good = test::ip_packet(ours, counting(20));
  for (const std::size_t size : {0U, 1U, 19U, 20U, 27U}) {
    host.arrives(test::icmp_error(wire::IcmpType::time_exceeded, 0, 0, Bytes(good).first(size)));
  }
  Packet long_header = good;
  long_header[0] = 0x4f;
  host.arrives(test::icmp_error(wire::IcmpType::time_exceeded, 0, 0, long_header));
  host.arrives(test::icmp_error(wire::IcmpType::time_exceeded, 0, 0, with_protocol(6)));
  ours.fragment_offset = 8;
  host.arrives(
      test::icmp_error(wire::IcmpType::time_exceeded, 0, 0, test::ip_packet(ours, counting(20))));
  EXPECT_EQ(host.drops(Drop::icmp_quote), 8U);
  host.arrives(test::icmp_error(wire::IcmpType::time_exceeded, 0, 0, good));
  EXPECT_EQ(host.drops(Drop::icmp_no_connection), 1U);
  ours = {.protocol = 47, .source = test::kHere, .destination = test::kThere};
  host.arrives(
      test::icmp_error(wire::IcmpType::time_exceeded, 0, 0, test::ip_packet(ours, counting(20))));
  EXPECT_EQ(host.drops(Drop::icmp_no_connection), 2U);
  EXPECT_TRUE(host.sent.empty());
}

TEST(Icmp, a_flood_of_echoes_does_not_fill_memory) {
  StackHost host;
  const Packet packet = echo(1400);
  for (int i = 0; i < 1000; ++i) {
    host.stack.packet_arrives({.bytes = packet, .offload = {}}, host.now);
  }
  host.drain();
  EXPECT_EQ(host.sent.size(), 256U);
  EXPECT_EQ(host.drops(Drop::no_memory), 1000U - 256U);
}

}  // namespace
}  // namespace tcpstack::ip
