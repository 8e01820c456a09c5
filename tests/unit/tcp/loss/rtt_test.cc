// The retransmission timeout against the figures of RFC 6298 and of Linux.
#include "stack/tcp/loss/rtt.h"

#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class Rtt : public testing::Test {
 protected:
  TcpConfig config;
  RoundTripTime rtt;
};

TEST_F(Rtt, BeginsWithOneSecond) {
  start_rto(rtt, config);  // (2.1)
  EXPECT_EQ(rtt.rto, 1s);
  EXPECT_FALSE(rtt.measured);
}

TEST_F(Rtt, TheFirstMeasurement) {
  measured(rtt, 100ms, config);  // (2.2): SRTT <- R, RTTVAR <- R/2
  EXPECT_EQ(rtt.srtt, 100ms);
  EXPECT_EQ(rtt.rttvar, 50ms);
  EXPECT_EQ(rtt.rto, 300ms);  // 100 + max(200, 4 * 50)
}

TEST_F(Rtt, ASlowPath) {
  measured(rtt, 1s, config);
  EXPECT_EQ(rtt.rto, 3s);  // R + 4 * R/2
}

TEST_F(Rtt, LaterMeasurementsUseTheOldSrttForRttvar) {
  measured(rtt, 100ms, config);
  measured(rtt, 180ms, config);    // (2.3)
  EXPECT_EQ(rtt.rttvar, 57500us);  // 3/4 * 50 + 1/4 * |100 - 180|
  EXPECT_EQ(rtt.srtt, 110ms);      // 7/8 * 100 + 1/8 * 180
  EXPECT_EQ(rtt.rto, 340ms);       // 110 + 4 * 57.5
}

TEST_F(Rtt, ASteadyPathOf100MillisecondsHasAnRtoOf300) {
  for (int i = 0; i < 100; ++i) measured(rtt, 100ms, config);
  EXPECT_EQ(rtt.srtt, 100ms);
  EXPECT_EQ(rtt.rto, 300ms);  // Linux: the variance counts for 200 ms at the least
}

TEST_F(Rtt, AFastPathHasTheMinimum) {
  measured(rtt, 1us, config);
  EXPECT_EQ(rtt.rto, 200ms + 1us);
}

TEST_F(Rtt, BacksOffToTheMaximum) {
  measured(rtt, 100ms, config);
  Duration expected = 300ms;
  for (int i = 0; i < 20; ++i) {
    back_off(rtt, config);  // (5.5)
    expected = std::min<Duration>(2 * expected, 120s);
    ASSERT_EQ(rtt.rto, expected) << i;
  }
}

// RFC 6298 section 5: "until ... a measurement of the round-trip time".
TEST_F(Rtt, AMeasurementEndsTheBackOff) {
  measured(rtt, std::chrono::milliseconds(100), config);
  const Duration before = rtt.rto;
  back_off(rtt, config);
  measured(rtt, std::chrono::milliseconds(100), config);
  EXPECT_LE(rtt.rto, before);
  EXPECT_EQ(rtt.backoff, 0);
}

TEST_F(Rtt, ForgetsTheBackOff) {
  measured(rtt, 100ms, config);
  back_off(rtt, config);
  forget_backoff(rtt, config);
  EXPECT_EQ(rtt.rto, 300ms);
}

TEST_F(Rtt, WithoutAMeasurementTheSynWasLost) {
  start_rto(rtt, config);
  back_off(rtt, config);
  forget_backoff(rtt, config);
  EXPECT_EQ(rtt.rto, 3s);  // (5.7)
}

}  // namespace
}  // namespace tcpstack::tcp
