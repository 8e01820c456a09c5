// The kernel's tcp_info by name: offsets from linux/tcp.h's structure.
#include "apps/tcpdrill/kernel/tcp_info.h"

#include <array>
#include <numeric>

#include <gtest/gtest.h>

namespace tcpstack::drill {
namespace {

// Each byte is its own offset.
std::array<std::uint8_t, 236> offsets() {
  std::array<std::uint8_t, 236> bytes{};
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

TEST(KernelTcpInfo, FieldsLieWhereTheKernelPutsThem) {
  const auto info = offsets();
  EXPECT_EQ(tcp_info_field(info, "state"), 0);
  EXPECT_EQ(tcp_info_field(info, "options"), 5);
  EXPECT_EQ(tcp_info_field(info, "rto"), 0x0b0a0908);
  EXPECT_EQ(tcp_info_field(info, "rtt"), 0x47464544);                  // 68
  EXPECT_EQ(tcp_info_field(info, "pacing_rate"), 0x6f6e6d6c6b6a6968);  // 104
  EXPECT_EQ(tcp_info_field(info, "rcv_wnd"), 0xebeae9e8);              // 232
}

TEST(KernelTcpInfo, BitFieldsAreParts) {
  auto info = offsets();
  info[6] = 0x87;
  info[7] = 0x03;
  EXPECT_EQ(tcp_info_field(info, "snd_wscale"), 7);
  EXPECT_EQ(tcp_info_field(info, "rcv_wscale"), 8);
  EXPECT_EQ(tcp_info_field(info, "delivery_rate_app_limited"), 1);
}

TEST(KernelTcpInfo, AnOlderKernelEndsBeforeSomeFields) {
  const auto info = offsets();
  EXPECT_TRUE(tcp_info_field(std::span(info).first(104), "total_retrans"));
  EXPECT_FALSE(tcp_info_field(std::span(info).first(104), "pacing_rate"));
  EXPECT_FALSE(tcp_info_field(info, "no_such_field"));
}

}  // namespace
}  // namespace tcpstack::drill
