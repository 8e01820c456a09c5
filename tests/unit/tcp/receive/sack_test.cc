// Which SACK blocks are sent, RFC 2018 4 and RFC 2883. Their order over time is in tests/tcp/options_test.cc.
#include "stack/tcp/receive/sack.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/tcp/lonely_tcb.h"

namespace tcpstack::tcp {
namespace {

using wire::SackBlock;

// Blocks 10 apart from 0xfffffff0 on, 5 long: they lie on both sides of the wrap.
void hold(Tcb& tcb, int blocks) {
  tcb.sack_permitted = true;
  tcb.rcv.nxt = Seq(0xffffffe0);
  for (int i = 0; i < blocks; ++i) {
    const Seq begin = Seq(0xfffffff0) + static_cast<std::uint32_t>(10 * i);
    tcb.out_of_order.make().held.insert(begin, begin + 5);
  }
}

std::vector<SackBlock> blocks_of(const Tcb& tcb) {
  const wire::SackBlocks blocks = sack_blocks(tcb, Beside::nothing);
  return {blocks.begin(), blocks.end()};
}

TEST(SackBlocks, NoneWithoutAHole) {
  LonelyTcb lonely;
  lonely.tcb.sack_permitted = true;
  EXPECT_TRUE(sack_blocks(lonely.tcb, Beside::nothing).empty());
}

TEST(SackBlocks, FourAtMostThreeBesideTimestamps) {
  LonelyTcb lonely;
  hold(lonely.tcb, 6);
  EXPECT_EQ(blocks_of(lonely.tcb).size(), 4U);
  lonely.tcb.ts.ok = true;
  EXPECT_EQ(blocks_of(lonely.tcb).size(), 3U);
}

// 40 bytes of headers, 12 of timestamps, 12 of the first block: 4 would be left.
TEST(SackBlocks, LeaveHalfOfASmallPacketToItsText) {
  LonelyTcb lonely;
  hold(lonely.tcb, 6);
  lonely.tcb.ts.ok = true;
  lonely.tcb.snd.path_mtu = 68;
  EXPECT_EQ(sack_blocks(lonely.tcb, Beside::nothing).size(), 1U);
  EXPECT_EQ(sack_blocks(lonely.tcb, Beside::text).size(), 0U);
  lonely.tcb.snd.path_mtu = 52 + 24;
  EXPECT_EQ(sack_blocks(lonely.tcb, Beside::text).size(), 1U);
  lonely.tcb.snd.path_mtu = 52 + 23;
  EXPECT_EQ(sack_blocks(lonely.tcb, Beside::text).size(), 0U);
  lonely.tcb.snd.path_mtu = 52;
  EXPECT_EQ(sack_blocks(lonely.tcb, Beside::nothing).size(), 0U);
}

TEST(SackBlocks, EveryBlockIsHeldText) {
  LonelyTcb lonely;
  hold(lonely.tcb, 3);
  for (const SackBlock& block : blocks_of(lonely.tcb)) {
    EXPECT_EQ(block.right - block.left, 5U);
    EXPECT_EQ((block.left - 0xfffffff0U) % 10, 0U);
  }
}

TEST(SackBlocks, ADuplicateComesFirst) {
  LonelyTcb lonely;
  Tcb& tcb = lonely.tcb;
  hold(tcb, 4);
  Segment seg;
  const std::vector<std::uint8_t> text(8);
  seg.text = text;
  seg.seq = Seq(0xffffffd0);
  report_duplicate(tcb, seg);
  const auto blocks = blocks_of(tcb);
  ASSERT_EQ(blocks.size(), 4U);
  EXPECT_EQ(blocks.front(), (SackBlock{0xffffffd0, 0xffffffd8}));
}

TEST(SackBlocks, OnlyWhatHadCome) {  // RFC 2883 4: a segment that is new in part
  LonelyTcb lonely;
  Tcb& tcb = lonely.tcb;
  hold(tcb, 0);
  Segment seg;
  const std::vector<std::uint8_t> text(8);
  seg.text = text;
  seg.seq = tcb.rcv.nxt - 3U;
  report_duplicate(tcb, seg);
  const auto blocks = blocks_of(tcb);
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks.front(), (SackBlock{0xffffffdd, 0xffffffe0}));
}

// RFC 2018 section 4: "the first SACK block ... MUST specify the contiguous block of data containing the segment which
// triggered this ACK"; the others are the most recently reported, each once.
TEST(SackBlocks, ABlockThatGrowsKeepsTheOrderOfTheOthers) {
  LonelyTcb lonely;
  OutOfOrder& out_of_order = lonely.tcb.out_of_order.make();
  const auto arrives = [&](std::uint32_t begin) {
    out_of_order.held.insert(Seq(begin), Seq(begin + 10));
    remember_out_of_order(out_of_order, Seq(begin));
  };
  for (const std::uint32_t begin : {100U, 200U, 300U, 400U}) arrives(begin);
  for (std::uint32_t begin = 410; begin < 460; begin += 10) arrives(begin);
  const auto blocks = blocks_of(lonely.tcb);
  ASSERT_EQ(blocks.size(), 4U);
  EXPECT_EQ(blocks[0].left, 400U);
  EXPECT_EQ(blocks[1].left, 300U);
  EXPECT_EQ(blocks[2].left, 200U);
  EXPECT_EQ(blocks[3].left, 100U);
}

// The D-SACK for a segment from `left` to `right`; {0, 0}: none.
SackBlock d_sack(Tcb& tcb, std::uint32_t left, std::uint32_t right) {
  tcb.out_of_order.make().d_sacks.clear();
  const std::vector<std::uint8_t> text(right - left);
  Segment seg;
  seg.seq = Seq(left);
  seg.text = text;
  report_duplicate(tcb, seg);
  const auto& d_sacks = tcb.out_of_order->d_sacks;
  return d_sacks.empty() ? SackBlock{} : d_sacks.front();
}

TEST(DSack, NamesThePartThatIsADuplicate) {  // RFC 2883 section 4.2
  LonelyTcb lonely;
  Tcb& tcb = lonely.tcb;
  tcb.sack_permitted = true;
  tcb.rcv.nxt = Seq(50);
  tcb.out_of_order.make().held.insert(Seq(100), Seq(200));
  tcb.out_of_order.make().held.insert(Seq(250), Seq(400));
  EXPECT_EQ(d_sack(tcb, 60, 150), (SackBlock{100, 150})) << "its end";
  EXPECT_EQ(d_sack(tcb, 120, 220), (SackBlock{120, 200})) << "its beginning";
  EXPECT_EQ(d_sack(tcb, 200, 300), (SackBlock{250, 300})) << "what it touches is no part of it";
  EXPECT_EQ(d_sack(tcb, 200, 250), SackBlock{}) << "nothing";
}

TEST(DSack, IsForThoseWhoHaveAgreedOnSack) {  // RFC 2883 section 3
  LonelyTcb lonely;
  lonely.tcb.rcv.nxt = Seq(50);
  EXPECT_EQ(d_sack(lonely.tcb, 10, 20), SackBlock{});
}

}  // namespace
}  // namespace tcpstack::tcp
