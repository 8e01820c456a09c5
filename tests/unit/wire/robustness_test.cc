// Hostile bytes: random ones, and good packets with a few bytes changed or cut off. No parser may read
// outside of them (ASan and UBSan watch), and what it accepts must pass parse_checks.h. tests/fuzz/parse_fuzz.cc
// goes on where this stops.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "stack/wire/tcp.h"
#include "tests/support/hex.h"
#include "tests/support/parse_checks.h"

namespace tcpstack::wire {
namespace {

using test::disagreement;
using Packet = std::vector<std::uint8_t>;

std::size_t below(std::size_t limit, std::mt19937& random) { return random() % limit; }

TEST(Robustness, against_random_bytes) {
  std::mt19937 random(9293);
  for (int round = 0; round < 20000; ++round) {
    Packet packet(below(100, random));
    for (std::uint8_t& byte : packet) byte = static_cast<std::uint8_t>(random());
    ASSERT_EQ(disagreement(packet), "") << "round " << round;
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
    ASSERT_EQ(disagreement(packet), "") << "round " << round;
    if (parse_tcp(packet, {}, {}, false)) ++accepted;
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
    packet.shrink_to_fit();  // so that ASan sees the first byte read past its end
    ASSERT_EQ(disagreement(packet), "") << "round " << round;
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
    ASSERT_EQ(test::notation_disagreement(text), "") << "round " << round << ": " << text;
  }
}

}  // namespace
}  // namespace tcpstack::wire
