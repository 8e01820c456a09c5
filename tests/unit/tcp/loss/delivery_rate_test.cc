// The delivery rate (draft-cheng-iccrg-delivery-rate-estimation), worked by hand.
#include "stack/tcp/loss/delivery_rate.h"

#include <chrono>

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

// 1,000 bytes leave at `sent`, and are acknowledged after `rtt`. Returns the sample.
std::uint64_t deliver(DeliveryRate& rate, Time sent, Duration rtt, Duration min_rtt,
                      std::uint32_t bytes = 1000) {
  Sent record{.len = bytes, .sent_at = sent};
  rate.stamp(record, 0, sent);
  AckNews news;
  news.newest = record;
  news.acknowledged = bytes;
  return rate.measure(news, min_rtt, sent + rtt);
}

// "If interval is less than MinRTT, the sample is invalid."
TEST(DeliveryRate, ASampleTakesARoundTripAtLeast) {
  DeliveryRate rate;
  EXPECT_EQ(deliver(rate, Time(1s), 50ms, 100ms), 0U);
  EXPECT_EQ(rate.rate, 0U);
  EXPECT_EQ(deliver(rate, Time(2s), 100ms, 100ms), 10'000U);
  EXPECT_EQ(rate.rate, 10'000U);
}

// Linux: a user who pauses does not lower the figure; one who sends all that the path takes does.
TEST(DeliveryRate, AUserWithoutTextDoesNotLowerIt) {
  DeliveryRate rate;
  (void)deliver(rate, Time(1s), 100ms, 100ms);
  rate.limit(0);
  (void)deliver(rate, Time(2s), 200ms, 100ms);
  EXPECT_EQ(rate.rate, 10'000U);
  rate.limit(0);
  (void)deliver(rate, Time(3s), 100ms, 100ms, 2000);
  EXPECT_EQ(rate.rate, 20'000U) << "a larger one counts";
  EXPECT_TRUE(rate.app_limited);
  (void)deliver(rate, Time(4s), 200ms, 100ms);
  EXPECT_EQ(rate.rate, 5'000U);
}

}  // namespace
}  // namespace tcpstack::tcp
