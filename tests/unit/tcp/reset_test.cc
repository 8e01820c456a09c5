// Replies without a connection: the segments that they answer, and the ring in which they wait.
#include "stack/tcp/reset.h"

#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/tcp/lonely_context.h"

namespace tcpstack::tcp {
namespace {

class OweReset : public testing::Test, protected LonelyContext {
 protected:
  OweReset() {
    seg.source = {Address(0x0a000001), 40000};
    seg.destination = {Address(0x0a000002), 80};
    seg.seq = Seq(0xffffffff);
  }

  Segment seg;
};

TEST_F(OweReset, WithoutAckItAcknowledgesTheSegment) {  // RFC 9293 3.10.7.1
  const std::vector<std::uint8_t> text(3);
  seg.text = text;
  seg.control.syn = seg.control.fin = true;
  owe_reset(seg, {}, cx);
  const auto reset = replies.pop();
  ASSERT_TRUE(reset.has_value());
  EXPECT_EQ(reset->seq, Seq(0));
  EXPECT_EQ(reset->ack, Seq(4));  // SEG.SEQ + SEG.LEN, SYN and FIN counted
  EXPECT_EQ(reset->source, seg.destination);
  EXPECT_EQ(reset->destination, seg.source);
}

TEST_F(OweReset, WithAckItStandsWhereThePeerExpectsIt) {  // RFC 9293 3.10.7.1
  seg.control.ack = true;
  seg.ack = Seq(77);
  owe_reset(seg, {}, cx);
  const auto reset = replies.pop();
  ASSERT_TRUE(reset.has_value());
  EXPECT_EQ(reset->seq, Seq(77));
  EXPECT_EQ(reset->ack, std::nullopt);
}

TEST(Replies, FirstInFirstOutOverManyRounds) {
  Replies replies;
  std::uint32_t in = 0;
  std::uint32_t out = 0;
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 37; ++i) ASSERT_TRUE(replies.push({.seq = Seq(in++)}));
    for (int i = 0; i < 37; ++i) ASSERT_EQ(replies.pop()->seq, Seq(out++));
  }
  EXPECT_FALSE(replies.pop().has_value());
}

TEST(Replies, WhenFullTheNewestIsLost) {
  Replies replies;
  std::uint32_t taken = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) taken += replies.push({.seq = Seq(i)}) ? 1U : 0U;
  EXPECT_GT(taken, 0U);
  EXPECT_LT(taken, 1000U);
  std::uint32_t count = 0;
  while (const auto reset = replies.pop()) ASSERT_EQ(reset->seq, Seq(count++));
  EXPECT_EQ(count, taken);
  EXPECT_TRUE(replies.push({.seq = Seq(7)}));
  EXPECT_EQ(replies.pop()->seq, Seq(7));
}

// A connection has one reset, and the peer would stay half open without it.
TEST(Replies, ResetsOfConnectionsAreNotLostAndKeepTheirTurn) {
  Replies replies;
  while (replies.push({.seq = Seq(0)})) {
  }
  for (std::uint32_t i = 1; i <= 1000; ++i) replies.push_reset_of_connection({.seq = Seq(i)});
  EXPECT_FALSE(replies.push({.seq = Seq(0)}));
  while (const auto answer = replies.pop()) {
    if (answer->seq == Seq(1)) break;
    ASSERT_EQ(answer->seq, Seq(0));
  }
  EXPECT_TRUE(replies.push({.seq = Seq(1001)}));  // the answers have left
  for (std::uint32_t i = 2; i <= 1001; ++i) ASSERT_EQ(replies.pop()->seq, Seq(i));
  EXPECT_FALSE(replies.pop().has_value());
}

}  // namespace
}  // namespace tcpstack::tcp
