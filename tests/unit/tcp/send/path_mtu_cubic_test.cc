// A smaller path MTU under CUBIC: cwnd stays what it is in bytes (RFC 1191 section 6.4), and so does the curve.
#include <chrono>

#include <gtest/gtest.h>

#include "stack/tcp/send/path_mtu.h"
#include "tests/unit/tcp/loss/lonely_sender.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class PathMtuCubicTest : public testing::Test, protected LonelySender {
 protected:
  PathMtuCubicTest() {
    tcb.options = base::Shared(ConnectionOptions{.nagle = false, .congestion = "cubic"});
    tcb.rtt.srtt = 100ms;
    begins(100);
    CongestionWindow& window = sender().recovery.window;
    window.cwnd = window.ssthresh = sender().congestion->reduced(window);
    writes(2'000 * kSmss);
    round();
  }
  // After 100 ms all but the last segment is acknowledged, and new text leaves.
  void round() {
    cx.now += 100ms;
    acks((tcb.snd.nxt - tcb.snd.smss).number());
  }
};

// From 70 segments of 1,000 bytes towards W_max = 100 in 4.2 s. In 280 segments of 250 bytes the way to W_max = 400 takes
// 6.7 s, and W_cubic(0.8 s + SRTT) = 326 segments. A curve that keeps its 100 segments lets cwnd stand still.
TEST_F(PathMtuCubicTest, CwndGoesOnGrowing) {  // RFC 9438 section 4.2
  const std::uint32_t before = cwnd();
  path_mtu_changed(tcb, 290, cx);
  ASSERT_EQ(tcb.snd.smss, 250U);
  EXPECT_EQ(cwnd(), before);
  for (int i = 0; i < 9; ++i) round();
  EXPECT_GT(cwnd(), 310 * 250U);
  EXPECT_LT(cwnd(), 330 * 250U);
}

}  // namespace
}  // namespace tcpstack::tcp
