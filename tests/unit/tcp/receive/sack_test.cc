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

}  // namespace
}  // namespace tcpstack::tcp
