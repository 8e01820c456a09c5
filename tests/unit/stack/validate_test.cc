// A configuration that no Stack can run with is found out before, not by a crash at the first segment.
#include "stack/validate.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tcpstack {
namespace {

using testing::StartsWith;

TEST(Validate, TheDefaultsAreFine) { EXPECT_EQ(validate(Config{}), ""); }

TEST(Validate, AnAlgorithmThatNobodyKnows) {
  Config config;
  config.tcp.congestion = "vegas";
  EXPECT_THAT(std::string(validate(config)), StartsWith("tcp.congestion:"));
  config.tcp.congestion = nullptr;
  EXPECT_THAT(std::string(validate(config)), StartsWith("tcp.congestion:"));
}

TEST(Validate, TheLeastMtuIs68) {
  Config config;
  config.ip.mtu = 68;
  config.ip.path_mtu_min = 68;
  EXPECT_EQ(validate(config), "");
  config.ip.mtu = 67;
  EXPECT_THAT(std::string(validate(config)), StartsWith("ip.mtu:"));
}

TEST(Validate, AnAddressOfNoSingleHost) {
  for (const std::uint32_t address : {0U, 0xffffffffU, 0xe0000001U}) {
    Config config;
    config.ip.address = Address(address);
    EXPECT_THAT(std::string(validate(config)), StartsWith("ip.address:")) << address;
  }
}

TEST(Validate, BuffersThatShrink) {
  Config config;
  config.tcp.receive_buffer = {.initial = 1000, .largest = 1000};
  EXPECT_EQ(validate(config), "");
  config.tcp.receive_buffer.largest = 999;
  EXPECT_THAT(std::string(validate(config)), StartsWith("tcp.receive_buffer"));
}

TEST(Validate, TimeoutsBeyondTheirMaximum) {
  Config config;
  config.tcp.rto_min = config.tcp.rto_max;
  EXPECT_EQ(validate(config), "");
  config.tcp.rto_min += Duration(1);
  EXPECT_THAT(std::string(validate(config)), StartsWith("tcp.rto_min"));
}

TEST(Validate, NothingThatMayBeSent) {
  Config config;
  config.tcp.initial_window = 0;
  EXPECT_THAT(std::string(validate(config)), StartsWith("tcp.initial_window"));
  config = Config{};
  config.ip.ttl = 0;
  EXPECT_THAT(std::string(validate(config)), StartsWith("ip.ttl"));
}

}  // namespace
}  // namespace tcpstack
