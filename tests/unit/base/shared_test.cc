#include "stack/base/shared.h"

#include <gtest/gtest.h>

namespace tcpstack::base {
namespace {

struct Pair {
  int a = 1;
  int b = 2;
};

TEST(Shared, IsAsTheTypeBegins) {
  const Shared<Pair> pair;
  EXPECT_EQ(pair->a, 1);
  EXPECT_EQ((*pair).b, 2);
}

TEST(Shared, ACopyIsTheSameObject) {
  const Shared<Pair> one(Pair{.a = 3});
  const Shared<Pair> two = one;
  EXPECT_EQ(two->a, 3);
  EXPECT_EQ(&*one, &*two);
}

TEST(Shared, WhoTakesAnotherLeavesTheOthersTheirs) {
  const Shared<Pair> one(Pair{.a = 3});
  Shared<Pair> two = one;
  two = Shared(Pair{.a = 4});
  EXPECT_EQ(one->a, 3);
  EXPECT_EQ(two->a, 4);
  EXPECT_EQ(Shared<Pair>()->a, 1);
}

}  // namespace
}  // namespace tcpstack::base
