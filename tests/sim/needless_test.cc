// Text that was sent again though it was on its way or had arrived. What may be sent so follows from the RFCs, and each world
// states its bound.
#include <gtest/gtest.h>

#include "tests/sim/worlds.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;

struct NeedlessCase {
  const char* name;
  sim::ImpairmentOptions forward;
  sim::ImpairmentOptions backward;
  // Of the segments sent. 0: but for a probe of each tail (RFC 8985 section 7.3).
  double bound;
  bool sack = true;
};

void PrintTo(const NeedlessCase& world, std::ostream* out) { *out << world.name; }

std::string name_of(const testing::TestParamInfo<NeedlessCase>& info) { return info.param.name; }

class Needless : public testing::TestWithParam<NeedlessCase> {};

TEST_P(Needless, StaysWithinItsBound) {
  const NeedlessCase& world_case = GetParam();
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    sim::WorldOptions options = one_flow(2'000'000, seed);
    options.forward.impairment = world_case.forward;
    options.backward.impairment = world_case.backward;
    options.flows[0].config.tcp.sack = world_case.sack;
    sim::World world(options);
    EXPECT_EQ(run(world, options), "");
    const auto sent = static_cast<double>(world.forward().figures().sent);
    const std::uint64_t timeouts = world.opener(0).figures().timeouts;
    // After a timeout RFC 6298 (5.4) sends one segment, whether or not its ACK was lost. The FIN may be probed, too.
    const double allowed = world_case.bound * sent + static_cast<double>(timeouts) + 2;
    EXPECT_LE(static_cast<double>(world.needless(0)), allowed) << "seed " << seed;
  }
}

// Reordering by less than a quarter of the RTT is what RACK waits for; by more it cannot tell from a loss, so each segment that
// was overtaken may be sent again, and those that a widened window does not cover yet.
INSTANTIATE_TEST_SUITE_P(
    Worlds, Needless,
    testing::Values(
        NeedlessCase{"Clean", {}, {}, 0}, NeedlessCase{"Loss", {.loss = 0.03}, {}, 0},
        NeedlessCase{"LossWithoutSack", {.loss = 0.01}, {}, 0.01, false},
        NeedlessCase{"Bursts", {.bursts = {.good = 300ms, .bad = 5ms}}, {}, 0},
        NeedlessCase{"AckLoss", {}, {.loss = 0.3}, 0},
        NeedlessCase{"Duplication", {.loss = 0.01, .duplicate = 0.1}, {}, 0},
        NeedlessCase{
            "ReorderingWithinTheWindow", {.reorder = 0.05, .reorder_delay = 4ms}, {}, 0.01},
        NeedlessCase{
            "ReorderingBeyondTheWindow", {.reorder = 0.02, .reorder_delay = 60ms}, {}, 0.02}),
    name_of);

}  // namespace
}  // namespace tcpstack::test
