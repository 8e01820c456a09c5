// Speed: shares of a bottleneck of 10 Mbit/s, 20 ms there and back.
#include <array>

#include <gtest/gtest.h>

#include "tests/sim/worlds.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

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

// What two flows that never end have brought to their listeners by this time. The second one begins later.
std::array<double, 2> delivered_by(const char* algorithm, Duration time) {
  sim::WorldOptions options = one_flow(1'000'000'000);
  options.flows[0].config.tcp.congestion = algorithm;
  options.flows.push_back(options.flows[0]);
  options.flows[1].opener.start = 500ms;
  options.limit = time;
  sim::World world(options);
  EXPECT_EQ(world.run(), sim::Outcome::overran);
  const auto received = [&](std::size_t flow) {
    return static_cast<double>(world.listener(flow).figures().received);
  };
  return {received(0), received(1)};
}

// Jain's index of two flows while both send, (a + b)^2 / 2 (a^2 + b^2): 0.98 admits shares of 4 to 3. The same world up to two
// times, so that the difference is what arrived between them.
struct Sharing {
  const char* algorithm;
  Duration from;  // the first share of a newcomer takes seconds (CUBIC: RFC 9438 section 5.3)
  Duration to;
};

class TwoFlows : public testing::TestWithParam<Sharing> {};

TEST_P(TwoFlows, ShareFairly) {
  const auto before = delivered_by(GetParam().algorithm, GetParam().from);
  const auto after = delivered_by(GetParam().algorithm, GetParam().to);
  const double a = after[0] - before[0];
  const double b = after[1] - before[1];
  const std::chrono::duration<double> time = GetParam().to - GetParam().from;
  EXPECT_GE((a + b) * (a + b) / (2 * (a * a + b * b)), 0.98) << a << " and " << b << " bytes";
  EXPECT_GE((a + b) * 8, 0.9 * 10'000'000 * time.count());
}

INSTANTIATE_TEST_SUITE_P(Goodput, TwoFlows,
                         testing::Values(Sharing{"reno", 10s, 70s}, Sharing{"cubic", 10s, 70s}));

}  // namespace
}  // namespace tcpstack::test
