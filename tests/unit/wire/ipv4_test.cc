// The IPv4 header: golden bytes, every reason to refuse one, and the way back.
#include "stack/wire/ipv4.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "stack/wire/checksum.h"
#include "tests/support/hex.h"

namespace tcpstack::wire {
namespace {

using test::from_hex;

// A ping as Linux sends it: don't fragment, TTL 64, four bytes of payload here.
const char* const kPing =
    "45 00 00 18 1c 46 40 00 40 01 0a 9d 0a 00 00 01 0a 00 00 02  de ad be ef";

std::vector<std::uint8_t> with_checksum(std::vector<std::uint8_t> packet) {
  const std::size_t header_size = (packet[0] & 0xf) * std::size_t{4};
  store_be16(&packet[10], 0);
  store_be16(&packet[10], internet_checksum(Bytes(packet).first(header_size)));
  return packet;
}

Drop refusal(const std::vector<std::uint8_t>& packet) {
  const auto parsed = parse_ipv4(packet);
  EXPECT_FALSE(parsed);
  return parsed ? Drop{} : parsed.error();
}

TEST(Ipv4, reads_golden_bytes) {
  const auto bytes = from_hex(kPing);
  const auto packet = parse_ipv4(bytes);
  ASSERT_TRUE(packet) << name(packet.error());
  EXPECT_EQ(packet->header.dscp, 0);
  EXPECT_EQ(packet->header.ecn, Ecn::not_ect);
  EXPECT_EQ(packet->header.identification, 0x1c46);
  EXPECT_TRUE(packet->header.dont_fragment);
  EXPECT_FALSE(packet->header.is_fragment());
  EXPECT_EQ(packet->header.ttl, 64);
  EXPECT_EQ(packet->header.protocol, 1);
  EXPECT_EQ(packet->header.source.to_string(), "10.0.0.1");
  EXPECT_EQ(packet->header.destination.to_string(), "10.0.0.2");
  EXPECT_TRUE(packet->options.empty());
  EXPECT_EQ(packet->payload.size(), 4u);
  EXPECT_EQ(packet->payload[0], 0xde);
  EXPECT_EQ(packet->whole.size(), 24u);
}

TEST(Ipv4, writes_golden_bytes) {
  const Ipv4Header header{.identification = 0x1c46,
                          .dont_fragment = true,
                          .ttl = 64,
                          .protocol = static_cast<std::uint8_t>(Protocol::icmp),
                          .source = Address(0x0a000001),
                          .destination = Address(0x0a000002)};
  std::vector<std::uint8_t> out(kIpv4HeaderSize);
  write_ipv4(header, 4, out);
  auto expected = from_hex(kPing);
  expected.resize(kIpv4HeaderSize);
  EXPECT_EQ(out, expected);
}

TEST(Ipv4, writes_and_reads_every_field) {
  const Ipv4Header header{.dscp = 0x2e,
                          .ecn = Ecn::ect0,
                          .identification = 0xbeef,
                          .dont_fragment = false,
                          .more_fragments = true,
                          .fragment_offset = 0x1ffe * 8,
                          .ttl = 1,
                          .protocol = 99,
                          .source = Address(0xfffefdfc),
                          .destination = Address(0x01020304)};
  std::vector<std::uint8_t> bytes(kIpv4HeaderSize + 8);
  write_ipv4(header, 8, bytes);
  EXPECT_EQ(bytes[1], 0xba);
  EXPECT_EQ(load_be16(&bytes[6]), 0x3ffe);
  const auto packet = parse_ipv4(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->header.dscp, header.dscp);
  EXPECT_EQ(packet->header.ecn, header.ecn);
  EXPECT_EQ(packet->header.identification, header.identification);
  EXPECT_EQ(packet->header.dont_fragment, header.dont_fragment);
  EXPECT_EQ(packet->header.more_fragments, header.more_fragments);
  EXPECT_EQ(packet->header.fragment_offset, header.fragment_offset);
  EXPECT_TRUE(packet->header.is_fragment());
  EXPECT_EQ(packet->header.ttl, header.ttl);
  EXPECT_EQ(packet->header.protocol, header.protocol);
  EXPECT_EQ(packet->header.source, header.source);
  EXPECT_EQ(packet->header.destination, header.destination);
}

// RFC 9293 MUST-50
TEST(Ipv4, skips_options_and_link_padding) {
  auto bytes = with_checksum(
      from_hex("46 00 00 1a 00 00 00 00 40 11 00 00 0a 00 00 01 0a 00 00 02 94 04 00 00 aa bb"));
  bytes.insert(bytes.end(), {0, 0, 0, 0});
  const auto packet = parse_ipv4(bytes);
  ASSERT_TRUE(packet) << name(packet.error());
  EXPECT_EQ(packet->options.size(), 4u);
  EXPECT_EQ(packet->options[0], 0x94);
  ASSERT_EQ(packet->payload.size(), 2u);
  EXPECT_EQ(packet->payload[1], 0xbb);
  EXPECT_EQ(packet->whole.size(), 26u);
}

TEST(Ipv4, refuses_a_truncated_packet) {
  const auto bytes = from_hex(kPing);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(refusal({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}),
              Drop::ip_truncated)
        << size;
  }
}

TEST(Ipv4, refuses_another_version_even_when_short) {
  EXPECT_EQ(refusal(from_hex("60 00")), Drop::ip_not_version_4);
  auto bytes = from_hex(kPing);
  bytes[0] = 0x55;
  EXPECT_EQ(refusal(with_checksum(bytes)), Drop::ip_not_version_4);
}

TEST(Ipv4, refuses_a_header_length_below_five_or_past_the_end) {
  auto bytes = from_hex(kPing);
  bytes[0] = 0x44;
  EXPECT_EQ(refusal(bytes), Drop::ip_header_length);
  bytes[0] = 0x47;  // 28 bytes of 24
  EXPECT_EQ(refusal(bytes), Drop::ip_header_length);
  bytes[0] = 0x46;  // 24 bytes of 24: no payload is left
  EXPECT_TRUE(parse_ipv4(with_checksum(bytes)));
}

TEST(Ipv4, refuses_a_total_length_below_the_header) {
  auto bytes = from_hex(kPing);
  store_be16(&bytes[2], 19);
  EXPECT_EQ(refusal(with_checksum(bytes)), Drop::ip_total_length);
  store_be16(&bytes[2], 20);
  EXPECT_TRUE(parse_ipv4(with_checksum(bytes)));
}

TEST(Ipv4, refuses_a_wrong_checksum_unless_told_not_to_look) {
  auto bytes = from_hex(kPing);
  for (std::size_t bit = 64; bit < 160; ++bit) {  // TTL to destination: no length among them
    auto damaged = bytes;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_EQ(refusal(damaged), Drop::ip_checksum) << "bit " << bit;
    EXPECT_TRUE(parse_ipv4(damaged, false)) << "bit " << bit;
  }
}

}  // namespace
}  // namespace tcpstack::wire
