// Which evidence shows that a reduction was a mistake, and which does not: RFC 3708, RFC 3522, RFC 5682.
#include "stack/tcp/loss/undo.h"

#include <string>

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

constexpr std::uint32_t kFirstRetransmission = 1000;  // its TSval

constexpr std::uint32_t kSmss = 1000;

Sent segment(std::uint32_t seq) { return {.seq = Seq(seq), .len = kSmss}; }

SeqRange duplicate(std::uint32_t seq) { return {Seq(seq), Seq(seq + kSmss)}; }

// A reduction, and one retransmission: 1:1001.
class UndoTest : public testing::Test {
 protected:
  UndoTest() {
    undo.begin(window);
    undo.retransmitted(segment(1), kFirstRetransmission);
  }
  // The RFC that finds the mistake; empty: none does.
  std::string mistake(const AckNews& news, std::optional<Seq> timeout_end = std::nullopt) {
    const auto why = undo.mistake(news, timeout_end);
    return why ? why->clause : "";
  }

  CongestionWindow window{.cwnd = 20'000, .ssthresh = 15'000, .smss = kSmss};
  Undo undo;
};

// RFC 2883 section 4, RFC 3708
TEST_F(UndoTest, ADSackForTheOnlyRetransmission) {
  EXPECT_EQ(mistake({.d_sack = duplicate(1)}), "RFC 3708");
}

TEST_F(UndoTest, ADSackForEachRetransmission) {
  undo.retransmitted(segment(5001), 1010);
  EXPECT_EQ(mistake({.d_sack = duplicate(1)}), "");
  EXPECT_EQ(mistake({}), "");
  EXPECT_EQ(mistake({.d_sack = duplicate(5001)}), "RFC 3708");
}

TEST_F(UndoTest, ASegmentSentAgainTwiceIsReportedTwice) {
  undo.retransmitted(segment(1), 1010);
  EXPECT_EQ(mistake({.d_sack = duplicate(1)}), "");
  EXPECT_EQ(mistake({.d_sack = duplicate(1)}), "RFC 3708");
}

// The network has duplicated a retransmission: its two reports are not those of two retransmissions.
TEST_F(UndoTest, ASecondReportOfOneRetransmissionIsTheNetworks) {
  undo.retransmitted(segment(5001), 1010);
  EXPECT_EQ(mistake({.d_sack = duplicate(1)}), "");
  EXPECT_EQ(mistake({.d_sack = duplicate(1)}), "");
}

// RFC 3708 section 3: the report names what was sent again.
TEST_F(UndoTest, ADSackOfWhatWasSentOnceIsTheNetworks) {
  EXPECT_EQ(mistake({.d_sack = duplicate(2001)}), "");
  EXPECT_EQ(mistake({.d_sack = duplicate(501)}), "");  // a part of it was
  undo.begin(window);
  EXPECT_EQ(mistake({.d_sack = duplicate(1)}), "");
}

// The network may have held the original back for several round trips. Reports count for three windows of data more.
TEST_F(UndoTest, ADSackCountsForThreeWindowsAfterTheEpisode) {
  const Seq last = Seq(9001) + 3 * window.cwnd;
  undo.end(Seq(9001));
  EXPECT_EQ(mistake({.ack = last, .d_sack = duplicate(1)}), "RFC 3708");
  undo.begin(window);
  undo.retransmitted(segment(1), kFirstRetransmission);
  undo.end(Seq(9001));
  EXPECT_EQ(mistake({.ack = last + 1U, .d_sack = duplicate(1)}), "");
}

// No numbers of half the circle: the largest window is the limit.
TEST_F(UndoTest, AnEpisodeOfALargeWindowEndsWithinTheCircle) {
  undo.begin({.cwnd = 1U << 30U, .ssthresh = 1U << 30U, .smss = 1000});
  undo.retransmitted(segment(1), kFirstRetransmission);
  undo.end(Seq(9001));
  EXPECT_EQ(*undo.until, Seq(9001) + (1U << 30U));
}

// Later retransmissions are not this episode's, and its echoes come no more.
TEST_F(UndoTest, TheRestEndsWithTheEpisode) {
  undo.end(Seq(9001));
  EXPECT_EQ(mistake({.ack = Seq(9001), .echo = kFirstRetransmission - 1, .advanced = 1'000}), "");
  undo.retransmitted(segment(7001), 2000);
  EXPECT_EQ(mistake({.ack = Seq(8001), .d_sack = duplicate(7001)}), "");
}

TEST_F(UndoTest, ALaterRetransmissionIsNotWaitedFor) {
  undo.end(Seq(9001));
  undo.retransmitted(segment(7001), 2000);
  EXPECT_EQ(mistake({.ack = Seq(8001), .d_sack = duplicate(1)}), "RFC 3708");
}

// RFC 3522 section 3.2: "the timestamp value ... is less than the value of RetransmitTS".
TEST_F(UndoTest, AnEchoFromBeforeTheRetransmission) {
  EXPECT_EQ(mistake({.echo = kFirstRetransmission, .advanced = 1'000}), "");
  EXPECT_EQ(mistake({.echo = kFirstRetransmission - 1, .advanced = 1'000}), "RFC 3522 3.2");
}

TEST_F(UndoTest, TheFirstRetransmissionCounts) {
  undo.retransmitted(segment(2001), 2000);
  EXPECT_EQ(mistake({.echo = 1500, .advanced = 1'000}), "");
}

TEST_F(UndoTest, AnEchoIsComparedOnTheCircle) {
  undo.begin(window);
  undo.retransmitted(segment(1), 5);
  EXPECT_EQ(mistake({.echo = 0xfffffff0, .advanced = 1'000}), "RFC 3522 3.2");
}

TEST_F(UndoTest, AnEchoOfNothingShowsNothing) {
  EXPECT_EQ(mistake({.echo = 0, .advanced = 1'000}), "");  // RFC 7323 section 3.2: no echo
  EXPECT_EQ(mistake({.advanced = 1'000}), "");             // no timestamp
  EXPECT_EQ(mistake({.echo = 500, .advanced = 0}), "");    // nothing is acknowledged
  undo.begin(window);                                      // nothing was sent again
  EXPECT_EQ(mistake({.echo = 500, .advanced = 1'000}), "");
}

// RFC 5682 section 3.1: what was never sent again has arrived, of what was out at the timeout.
TEST_F(UndoTest, AnOriginalFromBeforeTheTimeout) {
  EXPECT_EQ(mistake({.has_sack = true, .original_end = Seq(5001)}, Seq(5001)), "RFC 5682 3.1");
  EXPECT_EQ(mistake({.has_sack = true, .original_end = Seq(5002)}, Seq(5001)),
            "");                                                          // sent after it
  EXPECT_EQ(mistake({.has_sack = true}, Seq(5001)), "");                  // only retransmissions
  EXPECT_EQ(mistake({.has_sack = true, .original_end = Seq(5001)}), "");  // no timeout is examined
}

// RFC 5682 section 2.1: without SACK, the ACK of the retransmission may cover what had arrived before the timeout.
TEST_F(UndoTest, WithoutSackAnOriginalCountsOnlyAlone) {
  EXPECT_EQ(mistake({.original_end = Seq(5001)}, Seq(5001)), "RFC 5682 3.1");
  EXPECT_EQ(mistake({.original_end = Seq(5001), .retransmitted = true}, Seq(5001)), "");
}

TEST_F(UndoTest, AReductionThatCannotBeTakenBack) {
  undo.possible = false;
  EXPECT_EQ(mistake({.d_sack = duplicate(1)}), "");
  EXPECT_EQ(mistake({.echo = 1, .advanced = 1'000}), "");
  EXPECT_EQ(mistake({.original_end = Seq(1001)}, Seq(5001)), "");
}

TEST_F(UndoTest, TheWindowsGoBack) {  // RFC 4015
  window.cwnd = 1'000;
  window.ssthresh = 10'000;
  undo.restore(window);
  EXPECT_EQ(window.cwnd, 20'000U);
  EXPECT_EQ(window.ssthresh, 15'000U);
  EXPECT_FALSE(undo.possible);
}

TEST_F(UndoTest, TheWindowsDoNotShrink) {
  window.cwnd = 30'000;
  window.ssthresh = 25'000;
  undo.restore(window);
  EXPECT_EQ(window.cwnd, 30'000U);
  EXPECT_EQ(window.ssthresh, 25'000U);
}

TEST_F(UndoTest, AReductionForgetsTheLastOne) {
  undo.retransmitted(segment(2001), 1010);
  undo.begin({.cwnd = 8'000, .ssthresh = 4'000});
  undo.retransmitted(segment(1), 3000);
  EXPECT_EQ(mistake({.echo = 2000, .advanced = 1'000}), "RFC 3522 3.2");
  EXPECT_EQ(undo.prior_cwnd, 8'000U);
}

}  // namespace
}  // namespace tcpstack::tcp
