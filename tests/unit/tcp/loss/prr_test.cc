// Proportional rate reduction, RFC 9937 section 6, by arithmetic: each line is worked by hand from the text.
#include "stack/tcp/loss/prr.h"

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

constexpr std::uint32_t kSmss = 1000;

// An episode that began with a flight of 10,000 bytes, to be brought down to 7,000.
class PrrTest : public testing::Test {
 protected:
  PrrTest() { prr.begin(10'000); }
  std::uint32_t allow(std::uint32_t bytes, std::uint32_t in_flight, AckKind ack = AckKind::safe) {
    return prr.allow(bytes, ack, in_flight, window);
  }

  Prr prr;
  CongestionWindow window{.ssthresh = 7'000, .smss = kSmss};
};

// CEIL(prr_delivered * ssthresh / RecoverFS) - prr_out: 700 would not make a segment, which is forced; then 1,400 -
// 1,000 and 2,100 - 2,000.
TEST_F(PrrTest, SevenTenthsOfWhatIsDeliveredMayLeave) {
  EXPECT_EQ(allow(1'000, 9'000), 1'000U);
  prr.sent(1'000);
  EXPECT_EQ(allow(1'000, 9'000), 400U);
  prr.sent(1'000);
  EXPECT_EQ(allow(1'000, 9'000), 100U);
}

// RFC 6937 section 3.1, the table of PRR, in segments as it is: the flight is 20, ssthresh 10. The third duplicate ACK
// sends the retransmission, and every second ACK after it a new segment, for CEIL rounds the halves up.
TEST_F(PrrTest, EverySecondAckSendsASegmentWhenSsthreshIsHalf) {
  prr.begin(20);
  window = {.ssthresh = 10, .smss = 1};
  std::uint32_t pipe = 19;
  for (int ack = 3; ack <= 15; ++ack) {
    const std::uint32_t sndcnt = allow(1, pipe - 1, AckKind::not_safe);
    EXPECT_EQ(sndcnt, ack % 2 == 1 ? 1U : 0U) << "ack " << ack;
    prr.sent(sndcnt);
    pipe += sndcnt - 1;
  }
  EXPECT_EQ(pipe, 13U);
}

TEST_F(PrrTest, AShareIsRoundedUp) {
  prr.sent(1);
  EXPECT_EQ(allow(3, 9'000), 2U);          // CEIL(2.1) - 1
  EXPECT_EQ(allow(2'000, 9'000), 1'402U);  // CEIL(1,402.1) - 1
}

TEST_F(PrrTest, WhatWasSentTooEarlyIsMissedLater) {
  prr.sent(3'000);
  EXPECT_EQ(allow(1'000, 9'000), 0U);  // 700 - 3,000
}

// "sndcnt = MAX(prr_delivered - prr_out, DeliveredData)", not more than ssthresh - inflight.
TEST_F(PrrTest, BelowSsthreshNotMoreThanIsDelivered) {
  prr.sent(1'000);
  EXPECT_EQ(allow(1'000, 2'000, AckKind::not_safe), 1'000U);  // delivered now, 1,000 - 1,000 before
  EXPECT_EQ(allow(1'000, 2'000, AckKind::not_safe), 1'000U);  // 2,000 - 1,000
  EXPECT_EQ(allow(2'000, 2'000, AckKind::not_safe), 3'000U);  // 4,000 - 1,000, banked
}

TEST_F(PrrTest, ASafeAckAddsASegment) {
  prr.sent(1'000);
  EXPECT_EQ(allow(1'000, 2'000, AckKind::safe), 2'000U);
}

TEST_F(PrrTest, NotBeyondSsthresh) {
  prr.sent(1'000);
  EXPECT_EQ(allow(5'000, 6'500, AckKind::safe), 500U);
  EXPECT_EQ(allow(5'000, 7'000, AckKind::safe), 0U);  // inflight is ssthresh: no longer above it
}

// At ssthresh itself the reduction is over; one byte above it is still in proportion.
TEST_F(PrrTest, ProportionEndsAtSsthresh) {
  prr.sent(500);
  EXPECT_EQ(allow(1'000, 7'001), 200U);  // 700 - 500
  EXPECT_EQ(allow(1'000, 7'000), 0U);
}

// "Force a fast retransmit upon entering recovery": until something has left.
TEST_F(PrrTest, TheFirstSegmentIsForced) {
  EXPECT_EQ(allow(0, 9'000, AckKind::not_safe), kSmss);
  EXPECT_EQ(allow(0, 7'000, AckKind::not_safe), kSmss);
  prr.sent(1);
  EXPECT_EQ(allow(0, 9'000, AckKind::not_safe), 0U);
}

TEST_F(PrrTest, AnEpisodeForgetsTheLastOne) {
  (void)allow(4'000, 9'000);
  prr.sent(4'000);
  prr.begin(5'000);
  EXPECT_EQ(prr.delivered, 0U);
  EXPECT_EQ(prr.out, 0U);
  EXPECT_EQ(prr.left(), 5'000U);
}

// Section 6.2: "PRR disallows incrementing DeliveredData when the total bytes delivered in a PRR episode would exceed the
// estimated data outstanding upon entering recovery (RecoverFS)".
TEST_F(PrrTest, WhatIsLeftOfAnEpisode) {
  (void)allow(9'000, 9'000);
  EXPECT_EQ(prr.left(), 1'000U);
  (void)allow(1'000, 9'000);
  EXPECT_EQ(prr.left(), 0U);
  (void)allow(1'000, 9'000);  // with SACK the text may have been sent since
  EXPECT_EQ(prr.left(), 0U);
}

TEST_F(PrrTest, ALargeWindowDoesNotOverflow) {
  prr.begin(1'000'000'000);
  window.ssthresh = 700'000'000;
  prr.sent(1);
  EXPECT_EQ(allow(500'000'000, 900'000'000), 349'999'999U);
}

}  // namespace
}  // namespace tcpstack::tcp
