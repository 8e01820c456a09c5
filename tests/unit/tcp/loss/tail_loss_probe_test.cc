// When the tail is probed, and what the ACK of the probe tells: RFC 8985 sections 7.2 and 7.4.
#include "stack/tcp/loss/tail_loss_probe.h"

#include <chrono>

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

// RFC 8985 section 7.2: PTO is 2 SRTT, and TLP.max_ack_delay more for a single segment.
TEST(TailLossProbe, ComesAfterTwoRoundTrips) {
  const RoundTripTime rtt{.srtt = 100ms, .measured = true};
  EXPECT_EQ(pto(rtt, Tail::more), 202ms);
  EXPECT_EQ(pto(rtt, Tail::one_segment), 400ms);
  EXPECT_EQ(pto({}, Tail::more), 1s);
  EXPECT_EQ(pto({}, Tail::one_segment), 1s);
}

// The last segment, which ends at 5001, was sent again.
class ProbeOfTheLastSegment : public testing::Test {
 protected:
  // Has it repaired a loss?
  bool repairs(const AckNews& news) { return probe.has_repaired_loss(news); }
  [[nodiscard]] bool is_over() const { return !probe.end_seq; }

  TailLossProbe probe{.end_seq = Seq(5001), .is_retransmission = true};
};

TEST_F(ProbeOfTheLastSegment, HasRepairedALossWhenLaterTextIsAcknowledged) {
  EXPECT_TRUE(repairs({.ack = Seq(6001), .advanced = 1'000}));
  EXPECT_TRUE(is_over());
}

TEST_F(ProbeOfTheLastSegment, IsUnderWayUntilItIsAcknowledged) {
  EXPECT_FALSE(repairs({.ack = Seq(5000), .advanced = 999}));
  EXPECT_FALSE(is_over());
}

// The original or the probe: the D-SACK that would tell them apart may still come.
TEST_F(ProbeOfTheLastSegment, MayStillTurnOutToBeADuplicate) {
  EXPECT_FALSE(repairs({.ack = Seq(5001), .advanced = 1'000}));
  EXPECT_FALSE(is_over());
  EXPECT_TRUE(repairs({.ack = Seq(5002), .advanced = 1}));
}

TEST_F(ProbeOfTheLastSegment, WasADuplicateWhenADSackNamesIt) {
  EXPECT_FALSE(
      repairs({.ack = Seq(6001), .d_sack = SeqRange{Seq(4001), Seq(5001)}, .advanced = 1'000}));
  EXPECT_TRUE(is_over());
}

TEST_F(ProbeOfTheLastSegment, IsNotMeantByADSackOfAnotherSegment) {
  EXPECT_TRUE(
      repairs({.ack = Seq(6001), .d_sack = SeqRange{Seq(3001), Seq(4001)}, .advanced = 1'000}));
}

TEST_F(ProbeOfTheLastSegment, WasADuplicateWhenItsAckComesTwice) {
  EXPECT_FALSE(repairs({.ack = Seq(5001), .sacked = 1'000}));  // a later segment has arrived
  EXPECT_FALSE(is_over());
  EXPECT_FALSE(repairs({.ack = Seq(5001)}));
  EXPECT_TRUE(is_over());
}

TEST(ProbeOfNewText, HasRepairedNothing) {
  TailLossProbe probe{.end_seq = Seq(5001)};
  EXPECT_FALSE(probe.has_repaired_loss({.ack = Seq(4001), .advanced = 1'000}));
  EXPECT_TRUE(probe.end_seq);
  EXPECT_FALSE(probe.has_repaired_loss({.ack = Seq(5001), .advanced = 1'000}));
  EXPECT_FALSE(probe.end_seq);
}

TEST(NoProbe, HasRepairedNothing) {
  TailLossProbe probe;
  EXPECT_FALSE(probe.has_repaired_loss({.ack = Seq(5001), .advanced = 1'000}));
}

}  // namespace
}  // namespace tcpstack::tcp
