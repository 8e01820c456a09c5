// Loss recovery without SACK: duplicate ACKs (RFC 5681 section 3.2), partial ACKs and the recovery point (RFC 6582).
#include <chrono>

#include <gtest/gtest.h>

#include "stack/tcp/loss/recovery.h"
#include "tests/unit/tcp/loss/lonely_sender.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class NewRenoTest : public testing::Test, protected LonelySender {
 protected:
  NewRenoTest() {
    tcb.sack_permitted = false;
    begins(10);
    writes(20 * kSmss);
    cx.now += 100ms;
    (void)sent();
  }
};

// RFC 5681 section 3.2: "the third duplicate ACK". Limited transmit sends new text for the first two.
TEST_F(NewRenoTest, TheThirdDuplicateAckSendsTheFirstSegmentAgain) {
  acks(1);
  EXPECT_EQ(sent(), "10001:11001");
  acks(1);
  EXPECT_EQ(sent(), "11001:12001");
  acks(1);
  EXPECT_EQ(sent(), "1:1001");
  EXPECT_EQ(phase(), RecoveryPhase::recovery);
  EXPECT_EQ(ssthresh(), 5 * kSmss);
}

// RFC 5681 section 2: "(b) the incoming acknowledgment carries no data".
TEST_F(NewRenoTest, AnAckWithTextIsNoDuplicate) {
  for (int i = 0; i < 5; ++i) acks(1, {.text = 1});
  EXPECT_EQ(sent(), "");
  EXPECT_EQ(sender().recovery.duplicates.count, 0U);
}

// RFC 5681 section 2: "(e) the advertised window in the incoming acknowledgment equals the advertised window in the last
// incoming acknowledgment".
TEST_F(NewRenoTest, AWindowUpdateIsNoDuplicate) {
  for (std::uint32_t i = 1; i <= 5; ++i) acks(1, {.window = tcb.snd.wnd + i});
  EXPECT_EQ(sent(), "");
  EXPECT_EQ(sender().recovery.duplicates.count, 0U);
}

// RFC 5681 section 2: "(a) the receiver of the ACK has outstanding data".
TEST_F(NewRenoTest, AnAckIsNoDuplicateIfNothingIsOut) {
  acks(10'001);
  acks(20'001);
  for (int i = 0; i < 3; ++i) acks(20'001);
  EXPECT_EQ(sender().recovery.duplicates.count, 0U);
}

// RFC 5681 section 2: "(d) the acknowledgment number is equal to the greatest acknowledgment received".
TEST_F(NewRenoTest, AnOldAckIsNoDuplicate) {
  acks(2001);
  (void)sent();
  for (int i = 0; i < 3; ++i) acks(1001);
  EXPECT_EQ(sent(), "");
}

TEST_F(NewRenoTest, NewTextEndsTheDuplicates) {
  acks(1);
  acks(1);
  acks(1001);
  acks(1001);
  EXPECT_EQ(phase(), RecoveryPhase::open);
  EXPECT_EQ(sender().recovery.duplicates.count, 1U);
}

// RFC 9937 section 6.2: a peer that repeats ACKs gains nothing.
TEST_F(NewRenoTest, DuplicatesBeyondTheFlightDeliverNothing) {
  for (int i = 0; i < 3; ++i) acks(1);
  for (int i = 0; i < 40; ++i) acks(1);
  EXPECT_EQ(sender().recovery.prr.delivered, sender().recovery.prr.recover_fs);
}

// RFC 6582 section 3.2 step 3: what a partial ACK shows to be lost leaves, though duplicates have used up all that PRR allows.
TEST_F(NewRenoTest, APartialAckSendsTheNextSegmentWhateverCwndIs) {
  for (int i = 0; i < 40; ++i) acks(1);
  writes(40 * kSmss);
  ASSERT_EQ(sender().recovery.prr.left(), 0U);
  (void)sent();
  acks(3001);
  EXPECT_EQ(sent().substr(0, 9), "3001:4001");
  acks(5001);
  EXPECT_EQ(sent().substr(0, 9), "5001:6001");
}

// Segments 1 to 4 are lost; the fast retransmit and three partial ACKs repair them, and the last one covers the flight.
// Of the new text the first segment is lost: the duplicates are at recover, but nothing else can cause them.
TEST_F(NewRenoTest, DuplicatesAtRecoverAfterASmallStepShowALoss) {  // RFC 6582 section 4.1
  for (int i = 0; i < 3; ++i) acks(1);
  const std::uint32_t recover = sender().recovery.recover.number();
  acks(recover - 4 * kSmss);
  acks(recover);
  ASSERT_EQ(phase(), RecoveryPhase::open);
  (void)sent();
  for (int i = 0; i < 3; ++i) acks(recover);
  EXPECT_EQ(phase(), RecoveryPhase::recovery);
}

// The last ACK has jumped over five segments: they may have been sent twice, and each copy causes a duplicate.
TEST_F(NewRenoTest,
       DuplicatesAtRecoverAfterAJumpShowNothing) {  // RFC 6582 section 3.2 step 2, section 4.1
  for (int i = 0; i < 3; ++i) acks(1);
  const std::uint32_t recover = sender().recovery.recover.number();
  acks(recover - 4 * kSmss - 1);
  acks(recover);
  ASSERT_EQ(phase(), RecoveryPhase::open);
  for (int i = 0; i < 3; ++i) acks(recover);
  EXPECT_EQ(phase(), RecoveryPhase::open);
}

}  // namespace
}  // namespace tcpstack::tcp
