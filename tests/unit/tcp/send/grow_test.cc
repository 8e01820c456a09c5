// When several segments leave as one, and when they must not.
#include <vector>

#include <gtest/gtest.h>

#include "stack/tcp/loss/cwnd.h"
#include "stack/tcp/send/super_segment.h"
#include "tests/unit/tcp/lonely_context.h"

namespace tcpstack::tcp {
namespace {

class Grow : public testing::Test, protected LonelyContext {
 protected:
  Grow() {
    config.ip.offload = true;
    begin(1000, 10'000);
    tcb.options = base::Shared(ConnectionOptions{});
  }
  void begin(std::uint32_t smss, std::size_t text) {
    tcb.snd.smss = smss;
    tcb.snd.wnd = 1 << 20;
    make_sender(tcb).recovery.window = {.cwnd = 1 << 20, .ssthresh = 1 << 20, .smss = smss};
    tcb.send_queue.append(std::vector<std::uint8_t>(text));
  }
  // The text of what begins as one segment of `size` bytes.
  std::uint32_t grown(std::uint32_t size = 1000, bool fin = false) {
    NextSegment next{.seq = tcb.snd.nxt, .text_size = size, .fin = fin};
    grow_to_super_segment(tcb, next, cx);
    return next.text_size;
  }
};

TEST_F(Grow, TakesWholeSegments) {
  EXPECT_EQ(grown(), 10'000U);
  EXPECT_EQ(grown(999), 999U) << "less than SMSS: the text or the window ends here";
  EXPECT_EQ(grown(1000, true), 1000U) << "a FIN is the last";
  config.ip.offload = false;
  EXPECT_EQ(grown(), 1000U);
}

// The device repeats the header, so it must be right for each segment.
TEST_F(Grow, NotBehindAReducedWindow) {  // RFC 3168 section 6.1.2: one CWR
  tcb.ecn.ok = tcb.ecn.cwr_owed = true;
  EXPECT_EQ(grown(), 1000U);
}

TEST_F(Grow, NotBeforeUrgentText) {  // RFC 9293 section 3.8.5: the pointer counts from SEG.SEQ
  tcb.snd.up = tcb.snd.nxt + 5000;
  EXPECT_EQ(grown(), 1000U);
}

TEST_F(Grow, NotIfSegmentsArePaced) {
  tcb.options = base::Shared(ConnectionOptions{.pacing = true});
  EXPECT_EQ(grown(), 1000U);
}

TEST_F(Grow, NotIfRoutersMayCutThem) {  // RFC 6864 section 4: an identification is of one packet
  tcb.options = base::Shared(ConnectionOptions{.path_mtu_discovery = PathMtuDiscovery::dont});
  EXPECT_EQ(grown(), 1000U);
}

// RFC 791 section 3.1: 65,535 bytes, with 40 of headers. Five segments of 13,107 bytes would fill it.
TEST_F(Grow, NoPacketIsTooLargeForIp) {
  begin(13'107, 100'000);
  EXPECT_EQ(grown(13'107), 4U * 13'107);
}

}  // namespace
}  // namespace tcpstack::tcp
