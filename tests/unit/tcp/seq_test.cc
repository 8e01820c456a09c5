// Sequence numbers around the circle, RFC 9293 3.4.
#include "stack/tcp/seq.h"

#include <gtest/gtest.h>

#include "stack/base/random.h"

namespace tcpstack::tcp {
namespace {

TEST(Seq, AddsAndSubtractsModulo2To32) {
  EXPECT_EQ(Seq(0xffffffff) + 1, Seq(0));
  EXPECT_EQ(Seq(0) - 1U, Seq(0xffffffff));
  EXPECT_EQ(Seq(5) - Seq(0xfffffffb), 10);
  EXPECT_EQ(Seq(0xfffffffb) - Seq(5), -10);
  Seq seq(0xfffffff0);
  seq += 0x20;
  EXPECT_EQ(seq.number(), 0x10U);
}

TEST(Seq, OrdersAcrossTheWrap) {
  EXPECT_LT(Seq(0xffffffff), Seq(0));
  EXPECT_LE(Seq(0xffffffff), Seq(0xffffffff));
  EXPECT_GT(Seq(0), Seq(0xffffffff));
  EXPECT_GE(Seq(3), Seq(3));
  EXPECT_LT(Seq(0x7fffffff), Seq(0x80000000));  // where the sign of the number changes
  EXPECT_EQ(later(Seq(0xfffffffe), Seq(2)), Seq(2));
  EXPECT_EQ(earlier(Seq(0xfffffffe), Seq(2)), Seq(0xfffffffe));
  EXPECT_EQ(distance(Seq(0xfffffffe), Seq(2)), 4U);
}

// The meaning of the order: n steps on, for every n below half the circle, from anywhere.
TEST(Seq, IsLaterAfterAnyStepBelowHalfTheCircle) {
  base::Random random(1);
  for (int i = 0; i < 100000; ++i) {
    const Seq a(static_cast<std::uint32_t>(random.next()));
    const std::uint32_t step = 1 + random.below(0x7fffffff);
    const Seq b = a + step;
    ASSERT_TRUE(a < b && b > a && a <= b && !(b <= a) && a != b) << a.number() << " + " << step;
    ASSERT_EQ(b - a, static_cast<std::int32_t>(step));
    ASSERT_EQ(b - step, a);
  }
}

}  // namespace
}  // namespace tcpstack::tcp
