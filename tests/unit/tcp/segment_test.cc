// A super-segment stands for the segments that it was made of.
#include "stack/tcp/segment.h"

#include <vector>

#include <gtest/gtest.h>

namespace tcpstack::tcp {
namespace {

TEST(Segment, ASuperSegmentCountsAsItsSegments) {
  const std::vector<std::uint8_t> text(2500);
  Segment seg;
  EXPECT_EQ(seg.count(), 1U) << "an ACK";
  seg.text = text;
  EXPECT_EQ(seg.count(), 1U);
  seg.segment_size = 1000;
  EXPECT_EQ(seg.count(), 3U) << "the last one is short";
}

}  // namespace
}  // namespace tcpstack::tcp
