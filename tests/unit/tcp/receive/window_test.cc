// The receive window: its scale, its first size, and the right edge that never moves left.
#include "stack/tcp/receive/window.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "stack/base/random.h"
#include "tests/unit/tcp/lonely_tcb.h"

namespace tcpstack::tcp {
namespace {

std::uint8_t shift_of(std::uint32_t largest) {
  LonelyTcb lonely;
  TcpConfig config;
  config.receive_buffer = {4096, largest};
  lonely.tcb.rcv.mss = 1460;
  open_receive_window(lonely.tcb, config);
  return lonely.tcb.rcv.offered_shift;
}

// Both SYNs have the option.
void agree_on_scaling(Tcb& tcb) {
  Segment syn;
  syn.options.window_scale = 0;
  tcb.offered.window_scaling = true;
  take_window_scale_option(tcb, syn);
}

TEST(Window, TheScaleIsThatOfLinux) {  // ilog2(largest buffer) - 15
  EXPECT_EQ(shift_of(20000), 0);
  EXPECT_EQ(shift_of(65535), 0);
  EXPECT_EQ(shift_of(65536), 1);
  EXPECT_EQ(shift_of(15 << 20), 8);
  EXPECT_EQ(shift_of(32 << 20), 10);
  EXPECT_EQ(shift_of(1U << 31), 14);  // RFC 7323 2.3
}

// Linux: with 128 KiB / 32 MiB the first window is 64240, with 540,000 / 15 MiB it is 65535.
TEST(Window, TheFirstWindowIsThatOfLinux) {
  LonelyTcb lonely;
  TcpConfig config;
  lonely.tcb.rcv.mss = 1460;
  config.receive_buffer = {131072, 32 << 20};
  open_receive_window(lonely.tcb, config);
  EXPECT_EQ(advertise_window(lonely.tcb, true), 64240);
  config.receive_buffer = {540000, 15 << 20};
  open_receive_window(lonely.tcb, config);
  EXPECT_EQ(advertise_window(lonely.tcb, true), 65535);
}

TEST(Window, TheFirstWindowCanBeChosen) {
  LonelyTcb lonely;
  TcpConfig config;
  lonely.tcb.rcv.mss = 1460;
  config.receive_buffer = {264192, 8 << 20};
  config.syn_window = 8192;
  open_receive_window(lonely.tcb, config);
  EXPECT_EQ(advertise_window(lonely.tcb, true), 8192);
  agree_on_scaling(lonely.tcb);
  EXPECT_EQ(advertise_window(lonely.tcb, false),
            132096 >> 8);  // the rest comes with the next segment
  config.receive_buffer = {4000, 4000};
  open_receive_window(lonely.tcb, config);
  EXPECT_EQ(advertise_window(lonely.tcb, true), 2000);  // not more than there is room for
}

TEST(Window, TheScaleOfThePeer) {
  LonelyTcb lonely;
  Tcb& tcb = lonely.tcb;
  Segment syn;
  syn.control.syn = true;
  syn.wnd = 100;
  syn.options.window_scale = 15;
  tcb.offered.window_scaling = true;
  tcb.rcv.offered_shift = 7;
  take_window_scale_option(tcb, syn);
  EXPECT_TRUE(tcb.window_scaling);
  EXPECT_EQ(tcb.rcv.wind_shift, 7);
  EXPECT_EQ(tcb.snd.wind_shift, 14);
  EXPECT_EQ(scaled_window(tcb, syn), 100U);  // a SYN's window is not scaled
  syn.control.syn = false;
  EXPECT_EQ(scaled_window(tcb, syn), 100U << 14);
}

TEST(Window, WithoutItsOptionNobodyScales) {
  LonelyTcb lonely;
  lonely.tcb.offered.window_scaling = lonely.tcb.window_scaling = true;
  lonely.tcb.rcv.offered_shift = lonely.tcb.rcv.wind_shift = 7;
  take_window_scale_option(lonely.tcb, Segment{});
  EXPECT_FALSE(lonely.tcb.window_scaling);
  EXPECT_EQ(lonely.tcb.rcv.wind_shift, 0);
}

// Random arrivals and reads: the edge up to which we take text never moves left (RFC 9293 SHLD-14) nor beyond
// the buffer and the rounding of the scale; the edge that the peer sees lags behind by less than a unit of the
// scale (RFC 7323 2.4: window retraction).
TEST(Window, TheRightEdgeNeverMovesLeft) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    base::Random random(seed);
    LonelyTcb lonely;
    Tcb& tcb = lonely.tcb;
    tcb.rcv.mss = 1460;
    TcpConfig config;
    config.receive_buffer = {200000, 1U << (16 + random.below(12))};
    open_receive_window(tcb, config);
    agree_on_scaling(tcb);
    tcb.rcv.nxt = Seq(0xffff0000);
    Seq edge = tcb.rcv.nxt + tcb.rcv.wnd;
    std::vector<std::uint8_t> bytes(5000);
    for (int step = 0; step < 2000; ++step) {
      if (random.chance(0.5)) {
        const std::uint32_t size = std::min(tcb.rcv.wnd, random.below(3000));
        tcb.receive_queue.append(Bytes(bytes).first(size));
        tcb.rcv.nxt += size;
        tcb.rcv.wnd -= size;
      } else {
        (void)tcb.receive_queue.read(MutableBytes(bytes).first(random.below(5000)));
      }
      const std::uint32_t unit = 1U << tcb.rcv.wind_shift;
      const std::uint32_t field = advertise_window(tcb, false);
      const Seq taken = tcb.rcv.nxt + tcb.rcv.wnd;
      const Seq seen = tcb.rcv.nxt + (field << tcb.rcv.wind_shift);
      ASSERT_GE(taken, edge) << "seed " << seed << ", step " << step;
      ASSERT_TRUE(seen <= taken && distance(seen, taken) < unit)
          << "seed " << seed << ", step " << step;
      ASSERT_LT(tcb.receive_queue.size() + tcb.rcv.wnd, tcb.receive_capacity + unit)
          << "seed " << seed << ", step " << step;
      edge = taken;
    }
  }
}

// Comparisons of sequence numbers are undecided there (seq.h).
TEST(ReceiveWindow, ANumberHalfTheCircleAwayIsNotInIt) {
  const ReceiveSequenceSpace rcv{.nxt = Seq(1461), .wnd = 1000};
  EXPECT_TRUE(is_in_window(rcv, Seq(2460)));
  EXPECT_FALSE(is_in_window(rcv, Seq(2461)));
  EXPECT_FALSE(is_in_window(rcv, Seq(1461U + 0x7fffffffU)));
  EXPECT_FALSE(is_in_window(rcv, Seq(1461U + 0x80000000U)));
  EXPECT_FALSE(is_in_window(rcv, Seq(1460)));
}

}  // namespace
}  // namespace tcpstack::tcp
