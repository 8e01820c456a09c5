// The retransmission queue: records are cut, found, and never lose a number.
#include "stack/tcp/loss/sent.h"

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

// SYN at 0xfffffffe, text 0xffffffff to 9, and a FIN.
SentRing queue() {
  SentRing sent;
  sent.push_back({.seq = Seq(0xfffffffe), .len = 1, .transmissions = 1, .syn = true});
  sent.push_back({.seq = Seq(0xffffffff), .len = 6, .transmissions = 1});
  sent.push_back({.seq = Seq(5), .len = 5, .transmissions = 1, .fin = true});
  return sent;
}

TEST(Sent, TextIsWhatIsLeftBesideSynAndFin) {
  const SentRing sent = queue();
  EXPECT_EQ(sent[0].text_size(), 0U);
  EXPECT_EQ(sent[1].text_size(), 6U);
  EXPECT_EQ(sent[2].text_size(), 4U);
  EXPECT_EQ(sent[2].end(), Seq(10));
}

TEST(Sent, ASplitLeavesTheFinBehindAndTheSynInFront) {
  SentRing sent = queue();
  split(sent, 2, Seq(7));
  ASSERT_EQ(sent.size(), 4U);
  EXPECT_EQ(sent[2].end(), Seq(7));
  EXPECT_FALSE(sent[2].fin);
  EXPECT_EQ(sent[3].seq, Seq(7));
  EXPECT_EQ(sent[3].len, 3U);
  EXPECT_TRUE(sent[3].fin);

  SentRing with_syn;
  with_syn.push_back({.seq = Seq(10), .len = 5, .syn = true});
  split(with_syn, 0, Seq(11));
  EXPECT_TRUE(with_syn[0].syn);
  EXPECT_FALSE(with_syn[1].syn);
}

TEST(Sent, ASplitLeavesPshBehind) {
  SentRing sent;
  sent.push_back({.seq = Seq(1), .len = 10, .pushed = true});
  split(sent, 0, Seq(4));
  EXPECT_FALSE(sent[0].pushed);
  EXPECT_TRUE(sent[1].pushed);
}

TEST(Sent, ASplitAcrossTheWrap) {
  SentRing sent = queue();
  split(sent, 1, Seq(0));
  EXPECT_EQ(sent[1].len, 1U);
  EXPECT_EQ(sent[2].seq, Seq(0));
  EXPECT_EQ(sent[2].len, 5U);
  for (std::size_t i = 1; i < sent.size(); ++i) EXPECT_EQ(sent[i].seq, sent[i - 1].end());
}

TEST(Sent, BothPartsKeepTheirHistory) {
  SentRing sent;
  sent.push_back({.seq = Seq(1), .len = 10, .sent_at = Time(Duration(7)), .transmissions = 2});
  sent[0].lost = true;
  split(sent, 0, Seq(4));
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(sent[i].sent_at, Time(Duration(7)));
    EXPECT_TRUE(sent[i].retransmitted());
    EXPECT_TRUE(sent[i].lost);
  }
}

TEST(Sent, TheOldestLostRecord) {
  SentRing sent = queue();
  EXPECT_EQ(first_lost(sent), nullptr);
  sent[2].lost = true;
  EXPECT_EQ(first_lost(sent), &sent[2]);
  sent[1].lost = true;
  EXPECT_EQ(first_lost(sent), &sent[1]);
}

TEST(Sent, ARecordIsFoundByItsFirstNumber) {
  const SentRing sent = queue();
  EXPECT_EQ(index_of(sent, Seq(0xfffffffe)), 0U);
  EXPECT_EQ(index_of(sent, Seq(0xffffffff)), 1U);
  EXPECT_EQ(index_of(sent, Seq(5)), 2U);
}

}  // namespace
}  // namespace tcpstack::tcp
