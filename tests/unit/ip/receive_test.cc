// What of an Internet header keeps a packet away from its protocol, and what does not.
#include "stack/ip/receive.h"

#include <gtest/gtest.h>

#include "stack/wire/checksum.h"
#include "tests/support/hex.h"
#include "tests/support/stack_host.h"

namespace tcpstack::ip {
namespace {

using test::Packet;
using test::StackHost;

Packet echo(const wire::Ipv4Header& header = {}) {
  const Packet plain =
      test::icmp_packet({.type = 8, .code = 0, .rest = 0x00010002, .body = test::counting(8)});
  wire::Ipv4Header ip = header;
  ip.protocol = 1;
  ip.source = test::kThere;
  ip.destination = test::kHere;
  return test::ip_packet(ip, Bytes(plain).subspan(wire::kIpv4HeaderSize));
}

// With IP options, a multiple of four bytes.
Packet with_options(Packet packet, const Packet& options) {
  packet.insert(packet.begin() + wire::kIpv4HeaderSize, options.begin(), options.end());
  packet[0] = static_cast<std::uint8_t>(packet[0] + options.size() / 4);
  store_be16(&packet[2], static_cast<std::uint16_t>(packet.size()));
  store_be16(&packet[10], 0);
  store_be16(&packet[10],
             wire::internet_checksum(Bytes(packet).first(wire::kIpv4HeaderSize + options.size())));
  return packet;
}

// RFC 1122 section 3.2.1.7: "A host MUST NOT discard a datagram just because it was received with TTL less than 2."
TEST(Receive, TakesAnyTimeToLive) {
  StackHost host;
  for (const std::uint8_t ttl : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{2}})
    host.arrives(echo({.ttl = ttl}));
  EXPECT_EQ(host.sent.size(), 3U);
  EXPECT_EQ(host.all_drops(), 0U);
}

TEST(Receive, TakesOptionsAndSourceRoutesAtTheirEnd) {
  StackHost host;
  for (const char* options :
       {"01 01 01 01", "94 04 00 00", "83 07 08 0a 00 00 02 00", "07 07 04 00 00 00 00 00"})
    host.arrives(with_options(echo(), test::from_hex(options)));
  EXPECT_EQ(host.sent.size(), 4U);
  EXPECT_EQ(host.all_drops(), 0U);
}

// RFC 1122 section 3.2.1.8: the packet is on its way to somebody else.
TEST(Receive, DropsASourceRouteThatContinues) {
  StackHost host;
  host.arrives(with_options(echo(), test::from_hex("83 07 04 0a 00 00 09 00")));
  host.arrives(with_options(echo(), test::from_hex("89 07 04 0a 00 00 09 00")));
  EXPECT_EQ(host.drops(Drop::ip_source_route), 2U);
  EXPECT_TRUE(host.sent.empty());
}

TEST(Receive, DropsMalformedOptions) {
  StackHost host;
  host.arrives(with_options(echo(), test::from_hex("83 07 03 0a 00 00 09 00")));
  host.arrives(with_options(echo(), test::from_hex("94 00 00 00")));
  EXPECT_EQ(host.drops(Drop::ip_options), 2U);
  EXPECT_TRUE(host.sent.empty());
}

// RFC 1349 section 5.1 for ICMP; MUST-48 for TCP.
TEST(Receive, EveryAnswerHasTheDscpOfItsQuestion) {
  StackHost host;
  host.arrives(echo({.dscp = 46, .ecn = wire::Ecn::ect0}));
  wire::TcpHeader syn{.sequence = 1000, .window = 65535};
  syn.control.syn = true;
  Packet refused = test::tcp_packet(syn, 40000, 9, {});
  refused[1] = 46 << 2 | 2;
  store_be16(&refused[10], 0);
  store_be16(&refused[10], wire::internet_checksum(Bytes(refused).first(wire::kIpv4HeaderSize)));
  host.arrives(refused);
  ASSERT_EQ(host.sent.size(), 2U);
  for (const Packet& packet : host.sent) {
    const wire::Ipv4Header ip = wire::parse_ipv4(packet)->header;
    EXPECT_EQ(ip.dscp, 46);
    EXPECT_EQ(ip.ecn, wire::Ecn::not_ect);
  }
}

}  // namespace
}  // namespace tcpstack::ip
