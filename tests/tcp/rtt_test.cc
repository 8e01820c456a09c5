// The retransmission timeout that a measured round trip gives: RFC 6298 section 2.
#include "stack/tcp/loss/rtt.h"

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

using std::chrono_literals::operator""ms;

Duration rto_after(Duration round_trip, const TcpConfig& config) {
  RoundTripTime rtt;
  measured(rtt, round_trip, config);
  return rtt.rto;
}

TEST(Rto, LinuxsMinimumIsThatOfTheVariance) {
  TcpConfig config;
  config.rto_min = 300ms;
  EXPECT_EQ(rto_after(2ms, config), 302ms);
  EXPECT_EQ(rto_after(100ms, config), 400ms);
  EXPECT_EQ(rto_after(200ms, config), 600ms);  // 200 + 4 * 100
}

TEST(Rto, TheMinimumOfRfc6298IsThatOfTheSum) {
  TcpConfig config;
  config.rto_min = 300ms;
  config.rto_min_bounds_sum = true;
  EXPECT_EQ(rto_after(2ms, config), 300ms);
  EXPECT_EQ(rto_after(100ms, config), 300ms);
  EXPECT_EQ(rto_after(200ms, config), 600ms);
}

TEST(Rto, TheMaximumHoldsUnlessTheMinimumIsAboveIt) {
  TcpConfig config;
  config.rto_max = 500ms;
  EXPECT_EQ(rto_after(400ms, config), 500ms);
  config.rto_min = 700ms;
  EXPECT_EQ(rto_after(1ms, config), 700ms);
}

}  // namespace
}  // namespace tcpstack::tcp
