// UDP datagrams, RFC 768: golden bytes (the one of lab B), every refusal, and the way back.
#include "stack/wire/udp.h"

#include <vector>

#include <gtest/gtest.h>

#include "tests/support/hex.h"

namespace tcpstack::wire {
namespace {

using test::from_hex;

const Address kSource(0x0a000001);
const Address kDestination(0x0a000002);

// Port 24001 to 24000, the three bytes `,7B`.
const char* const kDatagram = "5d c1 5d c0 00 0b c2 1c 2c 37 42";

Drop refusal(const std::vector<std::uint8_t>& bytes) {
  const auto datagram = parse_udp(bytes, kSource, kDestination);
  EXPECT_FALSE(datagram);
  return datagram ? Drop{} : datagram.error();
}

std::vector<std::uint8_t> written(const UdpDatagram& datagram) {
  std::vector<std::uint8_t> out(kUdpHeaderSize);
  write_udp(datagram, kSource, kDestination, out);
  out.insert(out.end(), datagram.data.begin(), datagram.data.end());
  return out;
}

TEST(Udp, reads_golden_bytes) {
  const auto bytes = from_hex(kDatagram);
  const auto datagram = parse_udp(bytes, kSource, kDestination);
  ASSERT_TRUE(datagram) << name(datagram.error());
  EXPECT_EQ(datagram->source_port, 24001);
  EXPECT_EQ(datagram->destination_port, 24000);
  ASSERT_EQ(datagram->data.size(), 3u);
  EXPECT_EQ(datagram->data[0], ',');
}

TEST(Udp, writes_golden_bytes) {
  const auto data = from_hex("2c 37 42");
  EXPECT_EQ(written({24001, 24000, data}), from_hex(kDatagram));
}

TEST(Udp, takes_a_datagram_without_checksum) {
  auto bytes = from_hex(kDatagram);
  store_be16(&bytes[6], 0);
  EXPECT_TRUE(parse_udp(bytes, kSource, kDestination));
}

TEST(Udp, never_writes_the_checksum_zero) {
  // Data chosen so that the sum is all ones and the checksum would be zero.
  auto data = from_hex("00 00");
  const auto once = written({1, 2, data});
  store_be16(data.data(), load_be16(&once[6]));
  const auto bytes = written({1, 2, data});
  EXPECT_EQ(load_be16(&bytes[6]), 0xffff);
  EXPECT_TRUE(parse_udp(bytes, kSource, kDestination));
}

TEST(Udp, ignores_what_follows_its_length) {
  auto bytes = from_hex(kDatagram);
  bytes.push_back(0x77);
  const auto datagram = parse_udp(bytes, kSource, kDestination);
  ASSERT_TRUE(datagram);
  EXPECT_EQ(datagram->data.size(), 3u);
}

TEST(Udp, refuses_less_than_a_header) {
  auto bytes = from_hex(kDatagram);
  bytes.resize(7);
  EXPECT_EQ(refusal(bytes), Drop::udp_truncated);
  EXPECT_EQ(refusal({}), Drop::udp_truncated);
}

TEST(Udp, refuses_a_length_below_the_header_or_past_the_end) {
  auto bytes = from_hex(kDatagram);
  for (const int length : {0, 7, 12, 65535}) {
    store_be16(&bytes[4], static_cast<std::uint16_t>(length));
    EXPECT_EQ(refusal(bytes), Drop::udp_length) << length;
  }
}

TEST(Udp, refuses_a_wrong_checksum_unless_told_not_to_look) {
  auto bytes = from_hex(kDatagram);
  bytes[8] ^= 1;
  EXPECT_EQ(refusal(bytes), Drop::udp_checksum);
  EXPECT_TRUE(parse_udp(bytes, kSource, kDestination, false));
  // The pseudo-header counts as well.
  const auto elsewhere = parse_udp(from_hex(kDatagram), kSource, Address(0x0a000003));
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error(), Drop::udp_checksum);
}

TEST(Udp, refuses_destination_port_zero) {
  EXPECT_EQ(refusal(written({24001, 0, {}})), Drop::udp_port_zero);
  EXPECT_TRUE(parse_udp(written({0, 24000, {}}), kSource, kDestination));
}

}  // namespace
}  // namespace tcpstack::wire
