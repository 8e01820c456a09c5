// Speed: shares of a bottleneck of 10 Mbit/s, 20 ms there and back.
#include <gtest/gtest.h>

#include "tests/sim/worlds.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;

constexpr std::uint64_t kBytes = 8'000'000;

double share(const sim::WorldOptions& options) {
  sim::World world(options);
  EXPECT_EQ(run(world, options), "");
  return share_of_bottleneck(world, options);
}

TEST(Goodput, FillsTheBottleneckWithoutLoss) { EXPECT_GE(share(one_flow(kBytes)), 0.95); }

// SHLD-19: at least every second full-sized segment is acknowledged, though options take a part of each.
TEST(Goodput, EverySecondSegmentIsAcknowledged) {
  const sim::WorldOptions options = one_flow(1'000'000);
  sim::World world(options);
  EXPECT_EQ(run(world, options), "");
  EXPECT_GE(2 * world.backward().figures().sent, world.forward().figures().sent);
}

// A queue smaller than a burst of slow start loses a part of each; the rest still arrives.
TEST(Goodput, AQueueOfThreePackets) {
  sim::WorldOptions options = one_flow(kBytes);
  options.forward.queue = 3;
  EXPECT_GE(share(options), 0.5);
}

TEST(Goodput, RenoFillsItToo) {
  sim::WorldOptions options = one_flow(kBytes);
  options.flows[0].config.tcp.congestion = "reno";
  EXPECT_GE(share(options), 0.95);
}

// RFC 5681's window is about 1.2 / sqrt(0.001) = 38 segments then, and the path holds 17: cwnd comes back after each
// reduction. Were it to stay where a loss leaves it, six losses would leave next to nothing.
TEST(Goodput, ALossInAThousandCostsLessThanATenth) {
  for (const char* const algorithm : {"reno", "cubic"}) {
    sim::WorldOptions options = one_flow(kBytes);
    options.flows[0].config.tcp.congestion = algorithm;
    options.forward.impairment.loss = 0.001;
    EXPECT_GE(share(options), 0.9) << algorithm;
  }
}

// RFC 8985 section 6.2 step 4: the reordering window adapts.
TEST(Goodput, ReorderingCostsLessThanATenth) {
  sim::WorldOptions options = one_flow(kBytes);
  const double in_order = share(options);
  options.forward.impairment.reorder = 0.05;
  options.forward.impairment.reorder_delay = 4ms;
  sim::World world(options);
  EXPECT_EQ(run(world, options), "");
  EXPECT_GE(share_of_bottleneck(world, options), 0.9 * in_order);
  EXPECT_EQ(world.opener(0).figures().timeouts, 0U);
}

// Jain's index of two flows that share the bottleneck while both send: (a + b)^2 / 2 (a^2 + b^2).
TEST(Goodput, TwoFlowsShareFairly) {
  sim::WorldOptions options = one_flow(kBytes);
  options.flows.push_back(options.flows[0]);
  options.flows[1].opener.start = 500ms;
  sim::World world(options);
  EXPECT_EQ(run(world, options), "");
  const double a = share_of_bottleneck(world, options, 0);
  const double b = share_of_bottleneck(world, options, 1);
  EXPECT_GE((a + b) * (a + b) / (2 * (a * a + b * b)), 0.9);
  EXPECT_LE(a + b, 2.0);
}

}  // namespace
}  // namespace tcpstack::test
