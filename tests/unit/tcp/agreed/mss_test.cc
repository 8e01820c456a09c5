// How much text a segment may have (RFC 9293 section 3.7.1).
#include "stack/tcp/agreed/mss.h"

#include <gtest/gtest.h>

#include "tests/unit/tcp/lonely_tcb.h"

namespace tcpstack::tcp {
namespace {

std::uint32_t effective(std::uint16_t peers, std::uint16_t path_mtu, std::uint16_t device_mtu,
                        std::size_t options = 0) {
  LonelyTcb lonely;
  lonely.tcb.snd.mss = peers;
  lonely.tcb.snd.path_mtu = path_mtu;
  Config config;
  config.ip.mtu = device_mtu;
  return effective_mss(lonely.tcb, options, config);
}

// MUST-16: the least of what the peer, the path and the device allow, less the options.
TEST(EffectiveMss, IsTheLeastOfThree) {
  EXPECT_EQ(effective(1000, 9000, 9000), 1000U) << "the peer";
  EXPECT_EQ(effective(8960, 1400, 9000), 1360U) << "the path";
  EXPECT_EQ(effective(8960, 0xffff, 1500), 1460U) << "the device, while the path is not known";
  EXPECT_EQ(effective(1460, 1500, 1500, 12), 1448U) << "timestamps";
}

// On the smallest links options may leave no room at all, but some text has to go.
TEST(EffectiveMss, IsNeverNothing) {
  EXPECT_EQ(effective(48, 1500, 1500, 40), 8U);
  EXPECT_EQ(effective(1460, 68, 1500, 28), 1U) << "no room at all";
  EXPECT_EQ(effective(1460, 68, 1500, 40), 1U) << "less than none";
}

}  // namespace
}  // namespace tcpstack::tcp
