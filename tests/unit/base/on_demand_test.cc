#include "stack/base/on_demand.h"

#include <gtest/gtest.h>

namespace tcpstack::base {
namespace {

struct Part {
  int a = 1;
};

TEST(OnDemand, ReadsAsItBegins) {
  const OnDemand<Part> part;
  EXPECT_EQ(part->a, 1);
  EXPECT_FALSE(part.is_made());
}

TEST(OnDemand, IsMadeOnce) {
  OnDemand<Part> part;
  EXPECT_EQ(part.get(), nullptr);
  part.make().a = 2;
  EXPECT_EQ(part.get(), &part.make());
  EXPECT_TRUE(part.is_made());
  EXPECT_EQ(part.make().a, 2);
  EXPECT_EQ(part->a, 2);
}

TEST(OnDemand, BeginsAnewWhenDropped) {
  OnDemand<Part> part;
  part.make().a = 2;
  part.drop();
  EXPECT_FALSE(part.is_made());
  EXPECT_EQ(part->a, 1);
}

}  // namespace
}  // namespace tcpstack::base
