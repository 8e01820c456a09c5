// Worlds that vary everything there is, with an auditor at both ends.
#include "stack/sim/wide_world.h"

#include <gtest/gtest.h>

namespace tcpstack::test {
namespace {

// In parts, so that CTest runs them beside each other.
constexpr std::uint64_t kSeedsOfAPart = 200;

class WideWorlds : public testing::TestWithParam<std::uint64_t> {};

TEST_P(WideWorlds, KeepTheRulesOfTheAuditor) {
  const std::uint64_t first = 1 + GetParam() * kSeedsOfAPart;
  for (std::uint64_t seed = first; seed < first + kSeedsOfAPart; ++seed)
    EXPECT_EQ(sim::audit(sim::random_wide_world(seed)), "") << "random_wide_world(" << seed << ")";
}

INSTANTIATE_TEST_SUITE_P(Auditor, WideWorlds, testing::Range<std::uint64_t>(0, 6));

}  // namespace
}  // namespace tcpstack::test
