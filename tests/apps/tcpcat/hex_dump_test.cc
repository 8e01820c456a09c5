#include "apps/tcpcat/hex_dump.h"

#include <array>
#include <numeric>

#include <gtest/gtest.h>

namespace tcpstack::cat {
namespace {

TEST(HexDump, TheThreeBytesOfLabB) {
  const std::array<std::uint8_t, 3> bytes{0x2c, 0x37, 0x42};
  EXPECT_EQ(hex_dump(bytes, 0),
            "00000000  2c 37 42                                         |,7B|\n");
}

TEST(HexDump, LinesOfSixteenGoOnCounting) {
  std::array<std::uint8_t, 18> bytes{};
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0x70});
  EXPECT_EQ(hex_dump(bytes, 0x20),
            "00000020  70 71 72 73 74 75 76 77 78 79 7a 7b 7c 7d 7e 7f  |pqrstuvwxyz{|}~.|\n"
            "00000030  80 81                                            |..|\n");
}

TEST(HexDump, NothingIsNoLine) { EXPECT_EQ(hex_dump({}, 0), ""); }

}  // namespace
}  // namespace tcpstack::cat
