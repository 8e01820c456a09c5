// Which records an acknowledgment covers: RFC 9293 section 3.10.7.4, RFC 2018 section 5, RFC 2883 section 4.
#include "stack/tcp/loss/scoreboard.h"

#include <chrono>

#include <gtest/gtest.h>

#include "tests/unit/tcp/lonely_tcb.h"

namespace tcpstack::tcp {
namespace {

// Five segments of 1,000 bytes from 1 on, sent a millisecond apart.
class CreditTest : public testing::Test, protected LonelyTcb {
 protected:
  CreditTest() {
    tcb.state = State::ESTABLISHED;
    tcb.sack_permitted = true;
    tcb.snd.smss = 1000;
    tcb.snd.una = tcb.snd.nxt = Seq(1);
    make_sender(tcb);
    for (int i = 0; i < 5; ++i) sends(1000);
  }
  void sends(std::uint32_t size) {
    now += std::chrono::milliseconds(1);
    tcb.flight.sent({.seq = tcb.snd.nxt, .len = size, .sent_at = now, .transmissions = 1});
    tcb.snd.nxt += size;
  }
  void sends_again(std::uint32_t seq) {
    now += std::chrono::milliseconds(1);
    tcb.flight.sent_again(Seq(seq), 1000, now);
  }
  AckNews credits(std::uint32_t ack, const wire::SackBlocks& sack = {}) {
    AckNews news{.ack = Seq(ack)};
    credit(tcb, sack, news);
    tcb.snd.una = later(tcb.snd.una, Seq(ack));
    tcb.flight.check(tcb.snd.una, tcb.snd.nxt);
    return news;
  }

  Time now{};
};

TEST_F(CreditTest, RemovesWhatIsEntirelyAcknowledged) {
  const AckNews news = credits(2001);
  EXPECT_EQ(news.advanced, 2'000U);
  EXPECT_EQ(news.acknowledged, 2'000U);
  EXPECT_EQ(tcb.flight.size(), 3U);
  EXPECT_EQ(tcb.flight.pipe(), 3'000U);
}

TEST_F(CreditTest, CutsARecordThatIsAcknowledgedInPart) {
  EXPECT_EQ(credits(1401).advanced, 1'400U);
  EXPECT_EQ(tcb.flight.front().seq, Seq(1401));
  EXPECT_EQ(tcb.flight.front().len, 600U);
}

// RFC 8985 section 6.2 step 3: one ACK brings two blocks, the higher first. Nothing was overtaken.
TEST_F(CreditTest, TwoNewBlocksOfOneAckAreInOrder) {
  const AckNews news = credits(1, {{4001, 5001}, {2001, 3001}});
  EXPECT_EQ(news.sacked, 2'000U);
  EXPECT_FALSE(news.reordered);
  EXPECT_TRUE(credits(1, {{1001, 2001}}).reordered);
}

// What earlier blocks have named is passed over, whatever the order of blocks.
TEST_F(CreditTest, ABlockAddsWhatIsNew) {
  credits(1, {{2001, 3001}});
  EXPECT_EQ(credits(1, {{1001, 5001}}).sacked, 3'000U);
  EXPECT_EQ(credits(1, {{1001, 5001}, {2001, 3001}}).sacked, 0U);
}

TEST_F(CreditTest, AnAckThatMovesNothingDeliversNothing) {
  const AckNews news = credits(1);
  EXPECT_EQ(news.advanced, 0U);
  EXPECT_FALSE(news.newest);
}

TEST_F(CreditTest, MarksWhatABlockNames) {
  const AckNews news = credits(1, {{1001, 3001}});
  EXPECT_EQ(news.sacked, 2'000U);
  EXPECT_EQ(news.delivered(), 2'000U);
  EXPECT_EQ(tcb.flight.sacked(), 2'000U);
  EXPECT_TRUE(tcb.flight[1].sacked && tcb.flight[2].sacked);
  EXPECT_FALSE(tcb.flight[3].sacked);
}

// A record that left as one segment arrives as one: a block that names a part of it names nothing.
TEST_F(CreditTest, APartOfASegmentIsNotSacked) {
  EXPECT_EQ(credits(1, {{1001, 2501}}).sacked, 1'000U);
  EXPECT_EQ(credits(1, {{3501, 5001}}).sacked, 1'000U);
  EXPECT_EQ(credits(1, {{2301, 2601}}).sacked, 0U);
  EXPECT_EQ(tcb.flight.size(), 5U);
}

// A super-segment of five segments, the last one of 300 bytes: records are cut where segments were.
class CreditOfASuperSegment : public CreditTest {
 protected:
  CreditOfASuperSegment() {
    (void)credits(5001);
    tcb.flight.sent({.seq = Seq(5001), .len = 4'300, .segment_size = 1'000, .transmissions = 1});
    tcb.snd.nxt += 4'300;
  }
};

TEST_F(CreditOfASuperSegment, ABlockCutsItAtTheSegmentsThatItNamesInFull) {
  EXPECT_EQ(credits(5001, {{6500, 8500}}).sacked, 1'000U);
  ASSERT_EQ(tcb.flight.size(), 3U);
  EXPECT_EQ(tcb.flight[1].seq, Seq(7001));
  EXPECT_EQ(tcb.flight[1].end(), Seq(8001));
  EXPECT_TRUE(tcb.flight[1].sacked);
  EXPECT_EQ(tcb.flight.pipe(), 3'300U);
}

TEST_F(CreditOfASuperSegment, ABlockThatNamesNoSegmentInFullCutsNothing) {
  EXPECT_EQ(credits(5001, {{6500, 7500}}).sacked, 0U);
  EXPECT_EQ(credits(5001, {{9002, 9301}}).sacked, 0U);
  EXPECT_EQ(tcb.flight.size(), 1U);
}

TEST_F(CreditOfASuperSegment, ItsShortLastSegmentIsOne) {
  EXPECT_EQ(credits(5001, {{9001, 9301}}).sacked, 300U);
  EXPECT_EQ(tcb.flight.segments(), 5U);
  EXPECT_EQ(tcb.flight.sacked_segments(), 1U);
}

// A peer that names other bytes in each ACK cannot make a record of each.
TEST_F(CreditOfASuperSegment, ManyBlocksMakeNoMoreRecordsThanThereAreSegments) {
  for (std::uint32_t i = 0; i < 900; ++i)
    (void)credits(5001, {{5002 + i, 7002 + i}, {7100 + i, 8100 + i}});
  EXPECT_LE(tcb.flight.size(), 5U);
}

TEST_F(CreditTest, WhatWasSackedBeforeIsNotDeliveredAgain) {
  (void)credits(1, {{1001, 2001}});
  const AckNews news = credits(1, {{1001, 3001}});
  EXPECT_EQ(news.sacked, 1'000U);
  EXPECT_EQ(tcb.flight.sacked(), 2'000U);
  const AckNews acknowledged = credits(4001);
  EXPECT_EQ(acknowledged.advanced, 4'000U);
  EXPECT_EQ(acknowledged.acknowledged, 2'000U);
  EXPECT_EQ(tcb.flight.sacked(), 0U);
}

TEST_F(CreditTest, ABlockBeyondSndNxtIsALie) {
  EXPECT_EQ(credits(1, {{4001, 5002}}).sacked, 0U);
  EXPECT_EQ(credits(1, {{4001, 5001}}).sacked, 1'000U);
}

TEST_F(CreditTest, ABlockThatIsEmptyOrBackwardsNamesNothing) {
  EXPECT_EQ(credits(1, {{2001, 2001}}).sacked, 0U);
  EXPECT_EQ(credits(1, {{3001, 2001}}).sacked, 0U);
}

// RFC 2018 section 3: blocks report what lies beyond SEG.ACK.
TEST_F(CreditTest, ABlockThatBeginsBelowSegAckIsNone) {
  const AckNews news = credits(1001, {{501, 2001}});
  EXPECT_EQ(news.acknowledged, 1'000U);
  EXPECT_EQ(news.sacked, 0U);
}

// An ACK that was overtaken, whose block ends above SND.UNA.
TEST_F(CreditTest, AnOldAckAcknowledgesNothing) {
  (void)credits(2001);
  const AckNews news = credits(1, {{1001, 3001}});
  EXPECT_EQ(news.advanced, 0U);
  EXPECT_EQ(news.sacked, 1'000U);
}

TEST_F(CreditTest, BlocksCountOnlyIfSackIsAgreed) {
  tcb.sack_permitted = false;
  const AckNews news = credits(1, {{1001, 2001}});
  EXPECT_EQ(news.sacked, 0U);
  EXPECT_FALSE(credits(2001, {{1, 1001}}).d_sack);
}

// RFC 2883 section 4: the first block lies below SEG.ACK ...
TEST_F(CreditTest, ADuplicateBelowSegAck) {
  EXPECT_EQ(credits(2001, {{1, 2001}}).d_sack, (SeqRange{Seq(1), Seq(2001)}));
  EXPECT_FALSE(credits(3001, {{2001, 3002}}).d_sack);
  EXPECT_FALSE(credits(3001, {{1001, 1001}}).d_sack);  // it is empty
}

// ... or inside the second.
TEST_F(CreditTest, ADuplicateInsideTheSecondBlock) {
  EXPECT_EQ(credits(1, {{2001, 3001}, {2001, 4001}}).d_sack, (SeqRange{Seq(2001), Seq(3001)}));
  EXPECT_FALSE(credits(1, {{2001, 4002}, {2001, 4001}}).d_sack);
  EXPECT_FALSE(credits(1, {{2000, 3001}, {2001, 4001}}).d_sack);
  EXPECT_FALSE(credits(1, {{2001, 3001}}).d_sack);                // there is no second
  EXPECT_FALSE(credits(1, {{2001, 2001}, {2001, 4001}}).d_sack);  // it is empty
  EXPECT_FALSE(credits(1, {{3001, 2001}, {2001, 4001}}).d_sack);  // it is backwards
}

TEST_F(CreditTest, TheNewestRecordWasSentLast) {
  EXPECT_EQ(credits(1, {{3001, 4001}, {1001, 2001}}).newest->seq, Seq(3001));
  tcb.flight.lose(0);
  sends_again(1);
  const AckNews news = credits(5001);
  EXPECT_EQ(news.newest->seq, Seq(1));
  EXPECT_EQ(news.newest->sent_at, now);
}

// RFC 6298 section 3: Karn's algorithm wants to know.
TEST_F(CreditTest, OneRetransmissionAmongThem) {
  tcb.flight.lose(0);
  sends_again(1);
  const AckNews news = credits(3001);
  EXPECT_TRUE(news.retransmitted);
  EXPECT_EQ(news.original_end, Seq(3001));
  EXPECT_FALSE(credits(4001).retransmitted);
}

// RFC 5682: nothing but retransmissions.
TEST_F(CreditTest, NoOriginalAmongThem) {
  tcb.flight.lose(0);
  sends_again(1);
  EXPECT_FALSE(credits(1001).original_end);
}

TEST_F(CreditTest, TheHighestOriginalCounts) {
  EXPECT_EQ(credits(1, {{3001, 4001}, {1001, 2001}}).original_end, Seq(4001));
}

// RFC 8985 section 6.2 step 3
TEST_F(CreditTest, AnOvertakenOriginalShowsReordering) {
  EXPECT_FALSE(credits(1, {{1001, 2001}}).reordered);
  EXPECT_TRUE(credits(1001, {{1001, 2001}}).reordered);
  EXPECT_EQ(tcb.statistics->figures.reorderings, 1U);
  EXPECT_FALSE(credits(3001).reordered);
}

// In a connection that has sent only a SYN there is no RACK to tell.
TEST(CreditOfASyn, NeedsNoSender) {
  LonelyTcb lonely;
  Tcb& tcb = lonely.tcb;
  tcb.state = State::SYN_SENT;
  tcb.flight.sent({.seq = Seq(0), .len = 1, .transmissions = 1, .syn = true});
  tcb.snd.nxt = Seq(1);
  AckNews news{.ack = Seq(1)};
  credit(tcb, {}, news);
  EXPECT_EQ(news.advanced, 1U);
  EXPECT_FALSE(tcb.sender.is_made());
  EXPECT_FALSE(tcb.statistics.is_made());
}

TEST(LoseOldest, ALostSynMakesASender) {
  LonelyTcb lonely;
  Tcb& tcb = lonely.tcb;
  tcb.flight.sent({.seq = Seq(0), .len = 1, .transmissions = 1, .syn = true});
  lose_oldest(tcb);
  EXPECT_TRUE(tcb.sender.is_made());
  EXPECT_EQ(tcb.flight.lost(), 1U);
}

}  // namespace
}  // namespace tcpstack::tcp
