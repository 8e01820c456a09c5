// Where a segment without text lies.
#include "stack/tcp/send/acceptable_seq.h"

#include <gtest/gtest.h>

#include "tests/unit/tcp/lonely_tcb.h"

namespace tcpstack::tcp {
namespace {

class AcceptableSeq : public testing::Test {
 protected:
  // SND.UNA is 1, relative to the ISS.
  Seq with(std::uint32_t nxt, std::uint32_t wnd, std::uint8_t shift = 0) {
    Tcb& tcb = lonely_.tcb;
    tcb.snd.iss = kIss;
    tcb.snd.una = kIss + 1;
    tcb.snd.nxt = kIss + nxt;
    tcb.snd.wnd = wnd;
    tcb.snd.wind_shift = shift;
    return acceptable_seq(tcb);
  }

  static constexpr Seq kIss{0xfffffff0};
  LonelyTcb lonely_;
};

TEST_F(AcceptableSeq, IsSndNxtInsideTheWindowAndAtItsEdge) {
  EXPECT_EQ(with(1, 0), kIss + 1);
  EXPECT_EQ(with(500, 1000), kIss + 500);
  EXPECT_EQ(with(1001, 1000), kIss + 1001);
}

TEST_F(AcceptableSeq, IsTheRightEdgeBehindAProbe) {
  EXPECT_EQ(with(2, 0), kIss + 1);
  EXPECT_EQ(with(2, 0, 7), kIss + 1);  // a scaled window of 0 is closed, too
}

TEST_F(AcceptableSeq, IsTheRightEdgeOfAWindowThatHasShrunk) {
  EXPECT_EQ(with(1001, 400), kIss + 401);
  EXPECT_EQ(with(1001, 0), kIss + 1);
}

// RFC 7323 section 2.3: the window field loses the low bits, so that the edge seems to move left.
TEST_F(AcceptableSeq, IsSndNxtWhereOnlyRoundingMovesTheEdge) {
  EXPECT_EQ(with(1001 + 127, 1000, 7), kIss + 1128);
  EXPECT_EQ(with(1001 + 128, 1000, 7), kIss + 1001);
}

TEST_F(AcceptableSeq, TheSynNeedsNoRoom) {  // a RST in SYN_RECEIVED, the peer's window is 0
  lonely_.tcb.snd.iss = lonely_.tcb.snd.una = kIss;
  lonely_.tcb.snd.nxt = kIss + 1;
  lonely_.tcb.snd.wnd = 0;
  EXPECT_EQ(acceptable_seq(lonely_.tcb), kIss + 1);
}

}  // namespace
}  // namespace tcpstack::tcp
