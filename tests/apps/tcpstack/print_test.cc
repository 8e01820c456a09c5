#include <cstdint>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Print, ShowsBytesInThreeWays) {
  const std::vector<std::uint8_t> bytes{44, 55, 66};
  EXPECT_THAT(print_lines(bytes), ElementsAre("hex 2c 37 42  decimal 44 55 66  text ,7B"));
  EXPECT_THAT(print_lines({}), IsEmpty());
}

TEST(Print, ShowsADotForWhatIsNoCharacter) {
  const std::vector<std::uint8_t> bytes{'a', 0x1b, 0x7f, 0xe9, '~', ' '};
  EXPECT_THAT(print_lines(bytes), ElementsAre(EndsWith("text a...~ ")));
}

TEST(Print, BreaksAfterSixteenBytes) {
  const std::vector<std::uint8_t> bytes(17, 'x');
  EXPECT_THAT(print_lines(bytes), ElementsAre(EndsWith("text xxxxxxxxxxxxxxxx"),
                                              StartsWith("hex 78  decimal 120  text x")));
}

}  // namespace
}  // namespace tcpstack::app
