// The Internet checksum: the examples of RFC 1071, then random pieces against a naive model.
#include "stack/wire/checksum.h"

#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/hex.h"

namespace tcpstack::wire {
namespace {

using test::from_hex;

// RFC 1071 section 1, word by word, as the definition reads.
std::uint16_t naive_sum(Bytes bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    sum += static_cast<std::uint32_t>(bytes[i] << 8) + (i + 1 < bytes.size() ? bytes[i + 1] : 0u);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(sum);
}

std::vector<std::uint8_t> random_bytes(std::size_t size, std::mt19937& random) {
  std::vector<std::uint8_t> bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

TEST(Checksum, of_rfc_1071_section_3) {
  const auto bytes = from_hex("00 01 f2 03 f4 f5 f6 f7");
  Checksum checksum;
  checksum.add(bytes);
  EXPECT_EQ(checksum.partial(), 0xddf2);
  EXPECT_EQ(checksum.value(), 0x220d);
  EXPECT_EQ(internet_checksum(bytes), 0x220d);
}

TEST(Checksum, of_rfc_1071_section_3_from_odd_pieces) {
  Checksum checksum;  // the RFC's two groups: 00 01 f2 and 03 f4 f5 f6 f7
  checksum.add(from_hex("00 01 f2"));
  checksum.add(from_hex("03 f4 f5 f6 f7"));
  EXPECT_EQ(checksum.partial(), 0xddf2);
}

TEST(Checksum, of_data_that_includes_its_checksum_is_zero) {
  EXPECT_EQ(internet_checksum(from_hex("00 01 f2 03 f4 f5 f6 f7 22 0d")), 0);
}

TEST(Checksum, of_nothing_is_all_ones) {
  EXPECT_EQ(internet_checksum({}), 0xffff);
  EXPECT_EQ(Checksum().partial(), 0);
}

TEST(Checksum, pads_an_odd_last_byte_with_zero) {
  EXPECT_EQ(internet_checksum(from_hex("ab")), static_cast<std::uint16_t>(~0xab00));
}

TEST(Checksum, carries_out_of_every_word) {
  const std::vector<std::uint8_t> ones(65535, 0xff);
  for (const std::size_t size : {2u, 4u, 8u, 62u, 64u, 66u, 128u, 1500u, 65534u}) {
    EXPECT_EQ(internet_checksum(Bytes(ones).first(size)), 0) << size;
  }
  EXPECT_EQ(internet_checksum(ones), 0x00ff);
}

TEST(Checksum, equals_the_naive_sum_for_all_lengths_and_alignments) {
  std::mt19937 random(1071);
  const auto bytes = random_bytes(300, random);
  for (std::size_t begin = 0; begin < 9; ++begin) {
    for (std::size_t size = 0; begin + size <= bytes.size(); ++size) {
      const Bytes piece = Bytes(bytes).subspan(begin, size);
      Checksum checksum;
      checksum.add(piece);
      ASSERT_EQ(checksum.partial(), naive_sum(piece))
          << "from " << begin << ", " << size << " bytes";
    }
  }
}

TEST(Checksum, does_not_depend_on_how_the_data_is_cut) {
  std::mt19937 random(2);
  for (int round = 0; round < 500; ++round) {
    const auto bytes = random_bytes(random() % 3000, random);
    Checksum checksum;
    for (Bytes rest = bytes; !rest.empty();) {
      const std::size_t size = std::min<std::size_t>(random() % 200, rest.size());
      checksum.add(rest.first(size));
      rest = rest.subspan(size);
    }
    ASSERT_EQ(checksum.partial(), naive_sum(bytes)) << "round " << round;
  }
}

TEST(Checksum, takes_words_at_odd_offsets_too) {
  Checksum checksum;
  checksum.add(from_hex("12"));
  checksum.add_be16(0x3456);
  checksum.add(from_hex("78"));
  EXPECT_EQ(checksum.partial(), 0x1234 + 0x5678);
}

TEST(Checksum, sums_the_pseudo_header) {
  Checksum fields;
  fields.add_pseudo_header(Address(0xc0a80001), Address(0x0a000002), 6, 0x1234);
  Checksum bytes;
  bytes.add(from_hex("c0 a8 00 01  0a 00 00 02  00 06  12 34"));
  EXPECT_EQ(fields.partial(), bytes.partial());
}

}  // namespace
}  // namespace tcpstack::wire
