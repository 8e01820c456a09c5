// A receiver's round-trip time, and the buffer that follows from what its user reads in one.
#include "stack/tcp/receive/receive_rate.h"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/tcp/lonely_context.h"

namespace tcpstack::tcp {
namespace {

using namespace std::chrono_literals;

class ReceiveRateTest : public testing::Test, protected LonelyContext {
 protected:
  ReceiveRateTest() {
    tcb.rcv.mss = 1000;
    tcb.rcv.wnd = 10'000;
    tcb.receive_capacity = 10'000;
    config.tcp.receive_buffer = {20'000, 1 << 20};
  }
  // Text arrives that echoes what we sent `ago`.
  void text_arrives(std::size_t size, Duration ago = {}) {
    const std::vector<std::uint8_t> text(size);
    Segment seg;
    seg.text = text;
    const auto sent = (cx.now - ago).time_since_epoch() / 1ms;
    seg.options.timestamps = {1, static_cast<std::uint32_t>(sent)};
    text_shows_round_trip(tcb, seg, cx);
  }
  Duration rtt() { return tcb.receive_rate->rtt; }
};

// Linux: a segment below 536 bytes may have waited in the peer.
TEST_F(ReceiveRateTest, AnEchoOfALargeSegmentIsASample) {
  tcb.ts.ok = true;
  text_arrives(535, 80ms);
  EXPECT_EQ(rtt(), 0ms);
  text_arrives(536, 80ms);
  EXPECT_EQ(rtt(), 80ms);
}

// A window of text takes a round trip at least. A user who is slow makes it longer, never shorter.
TEST_F(ReceiveRateTest, TheShortestWindowCounts) {
  for (const Duration took : {0ms, 300ms, 100ms, 200ms}) {
    cx.now += took;
    text_arrives(1);
    tcb.rcv.nxt += tcb.rcv.wnd;
  }
  EXPECT_EQ(rtt(), 100ms);
}

// Linux: twice what the user reads in a round trip. Each begins at nothing.
TEST_F(ReceiveRateTest, EachRoundTripCountsWhatIsReadInIt) {
  tcb.rtt = {.srtt = 100ms, .measured = true};
  for (int round = 0; round < 4; ++round) {
    cx.now += 100ms;
    user_has_read(tcb, 8'000, cx);
  }
  EXPECT_EQ(tcb.receive_capacity, 16'000U);
}

}  // namespace
}  // namespace tcpstack::tcp
