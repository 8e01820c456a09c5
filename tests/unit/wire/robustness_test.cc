// Hostile bytes: random ones, and good packets with a few bytes changed or cut off. No parser may read
// outside of them (ASan and UBSan watch), and what a parser accepts must survive being written and
// parsed again. tests/fuzz/parse_fuzz.cc goes on where this stops.
#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "stack/wire/icmp.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/notation.h"
#include "stack/wire/tcp.h"
#include "stack/wire/udp.h"
#include "tests/support/hex.h"

namespace tcpstack::wire {
namespace {

using Packet = std::vector<std::uint8_t>;

const Address kSource(0x0a000001);
const Address kDestination(0x0a000002);

// In memory of exactly its size, so that ASan sees the first byte read past its end.
Packet copy_of(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

void check_ipv4(Bytes bytes) {
  const auto parsed = parse_ipv4(bytes, false);
  if (!parsed) return;
  ASSERT_EQ(parsed->whole.size(),
            kIpv4HeaderSize + parsed->options.size() + parsed->payload.size());
  Packet again(kIpv4HeaderSize);
  write_ipv4(parsed->header, parsed->payload.size(), again);
  again.insert(again.end(), parsed->payload.begin(), parsed->payload.end());
  const auto reparsed = parse_ipv4(again);
  ASSERT_TRUE(reparsed) << name(reparsed.error());
  // Version and IHL, total length and checksum differ when there were options, and so may the
  // reserved bit among the fragment's flags.
  ASSERT_EQ(again[1], bytes[1]);
  ASSERT_TRUE(std::equal(again.begin() + 4, again.begin() + 6, bytes.begin() + 4));
  ASSERT_EQ(load_be16(&again[6]), load_be16(&bytes[6]) & 0x7fff);
  ASSERT_TRUE(std::equal(again.begin() + 8, again.begin() + 10, bytes.begin() + 8));
  ASSERT_TRUE(std::equal(again.begin() + 12, again.begin() + 20, bytes.begin() + 12));
  ASSERT_TRUE(std::ranges::equal(reparsed->payload, parsed->payload));
}

void check_tcp(Bytes bytes) {
  const auto parsed = parse_tcp(bytes, kSource, kDestination, false);
  if (!parsed) return;
  ASSERT_EQ(parsed->header_size + parsed->text.size(), bytes.size());
  const auto noted = from_notation(to_notation(parsed->header, parsed->text.size()));
  ASSERT_TRUE(noted) << to_notation(parsed->header, parsed->text.size()) << ": expected "
                     << noted.error().expected << " at " << noted.error().offset;
  ASSERT_EQ(noted->header.options, parsed->header.options);
  if (tcp_options_size(parsed->header.options) > kMaxTcpOptionsSize) return;

  Packet again(kMaxTcpHeaderSize);
  again.resize(write_tcp(parsed->header, again));
  finish_tcp_checksum(again, {parsed->text}, kSource, kDestination);
  again.insert(again.end(), parsed->text.begin(), parsed->text.end());
  const auto reparsed = parse_tcp(again, kSource, kDestination);
  ASSERT_TRUE(reparsed) << name(reparsed.error());
  ASSERT_EQ(reparsed->header.options, parsed->header.options);
  ASSERT_TRUE(std::equal(again.begin(), again.begin() + 12, bytes.begin()));
  ASSERT_EQ(again[13], bytes[13]);
  ASSERT_TRUE(std::ranges::equal(reparsed->text, parsed->text));
}

void check_udp(Bytes bytes) {
  const auto parsed = parse_udp(bytes, kSource, kDestination, false);
  if (!parsed) return;
  Packet again(kUdpHeaderSize);
  write_udp(*parsed, kSource, kDestination, again);
  again.insert(again.end(), parsed->data.begin(), parsed->data.end());
  const auto reparsed = parse_udp(again, kSource, kDestination);
  ASSERT_TRUE(reparsed) << name(reparsed.error());
  ASSERT_TRUE(std::equal(again.begin(), again.begin() + 6, bytes.begin()));
  ASSERT_TRUE(std::ranges::equal(reparsed->data, parsed->data));
}

void check_icmp(Bytes bytes) {
  if (bytes.size() < kIcmpHeaderSize) {
    ASSERT_FALSE(parse_icmp(bytes));
    return;
  }
  // Its checksum is always verified, so random bytes are given a right one first.
  Packet message = copy_of(bytes);
  write_icmp({.type = bytes[0],
              .code = bytes[1],
              .rest = load_be32(&bytes[4]),
              .body = bytes.subspan(kIcmpHeaderSize)},
             message);
  const auto parsed = parse_icmp(message);
  ASSERT_TRUE(parsed) << name(parsed.error());
  ASSERT_EQ(parsed->type, bytes[0]);
  ASSERT_TRUE(std::ranges::equal(parsed->body, bytes.subspan(kIcmpHeaderSize)));
}

void check_all(const Packet& packet) {
  ASSERT_NO_FATAL_FAILURE(check_ipv4(packet));
  ASSERT_NO_FATAL_FAILURE(check_tcp(packet));
  ASSERT_NO_FATAL_FAILURE(check_udp(packet));
  ASSERT_NO_FATAL_FAILURE(check_icmp(packet));
}

std::size_t below(std::size_t limit, std::mt19937& random) { return random() % limit; }

TEST(Robustness, against_random_bytes) {
  std::mt19937 random(9293);
  for (int round = 0; round < 20000; ++round) {
    Packet packet(below(100, random));
    for (std::uint8_t& byte : packet) byte = static_cast<std::uint8_t>(random());
    ASSERT_NO_FATAL_FAILURE(check_all(packet)) << "round " << round;
  }
}

TEST(Robustness, against_random_options) {
  // Bytes that are likely kinds and lengths get deeper into the option parser.
  constexpr std::uint8_t kLikely[] = {0, 1, 2, 3, 4, 5, 8, 10, 18, 26, 34};
  std::mt19937 random(7323);
  int accepted = 0;
  for (int round = 0; round < 100000; ++round) {
    Packet packet(kTcpHeaderSize + 4 * below(11, random), 1);
    packet[12] = static_cast<std::uint8_t>(packet.size() / 4 << 4);
    for (std::size_t i = kTcpHeaderSize; i < packet.size(); ++i) {
      packet[i] = kLikely[below(std::size(kLikely), random)];
    }
    ASSERT_NO_FATAL_FAILURE(check_tcp(packet)) << "round " << round;
    if (parse_tcp(packet, kSource, kDestination, false)) ++accepted;
  }
  EXPECT_GT(accepted, 10000);  // else the test looks at refusals only
}

TEST(Robustness, against_damaged_packets) {
  const Packet good[] = {
      test::from_hex("45 00 00 18 1c 46 40 00 40 01 0a 9d 0a 00 00 01 0a 00 00 02 de ad be ef"),
      test::from_hex("13 ba e0 52 b9 b4 f6 6f 2a ac f2 16 80 18 18 eb fe 4b 00 00"
                     "01 01 08 0a 39 c5 0c 67 93 35 a7 6d 73 6f 68 65 69 6c 3a 20"),
      test::from_hex("13 ba e0 52 b9 b4 f6 6f 00 00 00 00 a0 02 fa f0 00 00 00 00"
                     "02 04 05 b4 04 02 08 0a 01 02 03 04 00 00 00 00 01 03 03 07"),
      test::from_hex("13 ba e0 52 b9 b4 f6 6f 00 00 00 00 f0 10 fa f0 00 00 00 00"
                     "01 01 08 0a 01 02 03 04 05 06 07 08 01 01 05 1a 00 00 00 01 00 00 00 02"
                     "00 00 00 03 00 00 00 04 00 00 00 05 00 00 00 06"),
      test::from_hex("5d c1 5d c0 00 0b c2 1c 2c 37 42"),
  };
  std::mt19937 random(791);
  for (int round = 0; round < 50000; ++round) {
    Packet packet = good[below(std::size(good), random)];
    for (std::size_t n = below(4, random); n > 0; --n) {
      packet[below(packet.size(), random)] = static_cast<std::uint8_t>(random());
    }
    if (below(3, random) == 0) packet.resize(below(packet.size(), random));
    ASSERT_NO_FATAL_FAILURE(check_all(copy_of(packet))) << "round " << round;
  }
}

TEST(Robustness, of_the_notation_against_random_text) {
  constexpr std::string_view kLikely = "SFRP.UEW-0123456789:() <>,ackwinurgmsTvlnopFO";
  std::mt19937 random(7414);
  for (int round = 0; round < 50000; ++round) {
    std::string text =
        round % 2 == 0 ? "" : "S. 0:0(0) ack 1 win 5 <mss 1,TS val 1 ecr 2,sack 1:2>";
    if (text.empty()) text.resize(below(40, random));
    for (std::size_t n = text.size() / 10; n > 0; --n) {
      text[below(text.size(), random)] = kLikely[below(kLikely.size(), random)];
    }
    const auto noted = from_notation(text);
    if (noted) {
      ASSERT_FALSE(to_notation(noted->header, noted->length).empty());
    } else {
      ASSERT_LE(noted.error().offset, text.size());
      ASSERT_FALSE(noted.error().expected.empty());
    }
  }
}

}  // namespace
}  // namespace tcpstack::wire
