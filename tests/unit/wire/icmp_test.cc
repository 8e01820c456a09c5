// ICMP messages, RFC 792: golden bytes, both refusals, and the way back.
#include "stack/wire/icmp.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/hex.h"

namespace tcpstack::wire {
namespace {

using test::from_hex;

// An echo request: identifier 0x1234, sequence 1, data "abcde".
const char* const kEcho = "08 00 bc 03 12 34 00 01 61 62 63 64 65";

TEST(Icmp, reads_golden_bytes) {
  const auto bytes = from_hex(kEcho);
  const auto message = parse_icmp(bytes);
  ASSERT_TRUE(message) << name(message.error());
  EXPECT_EQ(message->type, static_cast<std::uint8_t>(IcmpType::echo));
  EXPECT_EQ(message->code, 0);
  EXPECT_EQ(message->identifier(), 0x1234);
  EXPECT_EQ(message->sequence(), 1);
  ASSERT_EQ(message->body.size(), 5u);
  EXPECT_EQ(message->body[4], 'e');
}

TEST(Icmp, writes_golden_bytes) {
  const auto data = from_hex("61 62 63 64 65");
  std::vector<std::uint8_t> out(kIcmpHeaderSize);
  write_icmp({.type = static_cast<std::uint8_t>(IcmpType::echo),
              .code = 0,
              .rest = 0x12340001,
              .body = data},
             out);
  out.insert(out.end(), data.begin(), data.end());
  EXPECT_EQ(out, from_hex(kEcho));
}

TEST(Icmp, finds_the_next_hop_mtu) {
  const auto quoted = from_hex("45 00 05 dc");
  std::vector<std::uint8_t> bytes(kIcmpHeaderSize);
  write_icmp({.type = static_cast<std::uint8_t>(IcmpType::destination_unreachable),
              .code = static_cast<std::uint8_t>(Unreachable::fragmentation_needed),
              .rest = 1400,
              .body = quoted},
             bytes);
  bytes.insert(bytes.end(), quoted.begin(), quoted.end());
  const auto message = parse_icmp(bytes);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->code, 4);
  EXPECT_EQ(message->next_hop_mtu(), 1400);
  EXPECT_TRUE(std::ranges::equal(message->body, quoted));
}

TEST(Icmp, refuses_less_than_a_header) {
  const auto bytes = from_hex(kEcho);
  for (std::size_t size = 0; size < kIcmpHeaderSize; ++size) {
    const auto message = parse_icmp(Bytes(bytes).first(size));
    ASSERT_FALSE(message);
    EXPECT_EQ(message.error(), Drop::icmp_truncated);
  }
}

TEST(Icmp, refuses_a_wrong_checksum) {
  const auto bytes = from_hex(kEcho);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto damaged = bytes;
    damaged[i] ^= 0x10;
    const auto message = parse_icmp(damaged);
    ASSERT_FALSE(message) << i;
    EXPECT_EQ(message.error(), Drop::icmp_checksum);
  }
}

}  // namespace
}  // namespace tcpstack::wire
