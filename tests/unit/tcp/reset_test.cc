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
    for (int i = 0; i < 37; ++i) replies.push({.seq = Seq(in++)});
    for (int i = 0; i < 37; ++i) ASSERT_EQ(replies.pop()->seq, Seq(out++));
  }
  EXPECT_FALSE(replies.pop().has_value());
}

TEST(Replies, WhenFullTheNewestIsLost) {
  Replies replies;
  for (std::uint32_t i = 0; i < 1000; ++i) replies.push({.seq = Seq(i)});
  std::uint32_t count = 0;
  while (const auto reset = replies.pop()) ASSERT_EQ(reset->seq, Seq(count++));
  EXPECT_GT(count, 0U);
  EXPECT_LT(count, 1000U);
  replies.push({.seq = Seq(7)});
  EXPECT_EQ(replies.pop()->seq, Seq(7));
}

}  // namespace
}  // namespace tcpstack::tcp
