// The rules that hold over any path, however bad: the worlds of 3000 seeds, and some with a name.
#include "stack/sim/invariants.h"

#include <gtest/gtest.h>

#include "tests/sim/worlds.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

// In parts, so that CTest runs them beside each other.
constexpr std::uint64_t kSeedsOfAPart = 300;

class Seeds : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Seeds, EveryByteOnceInOrderAndAllIsClosed) {
  const std::uint64_t first = 1 + GetParam() * kSeedsOfAPart;
  for (std::uint64_t seed = first; seed < first + kSeedsOfAPart; ++seed) {
    const sim::WorldOptions options = sim::random_world(seed);
    sim::World world(options);
    EXPECT_EQ(run(world, options), "") << "tcpsim --world " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Invariants, Seeds, testing::Range<std::uint64_t>(0, 10));

TEST(Invariants, TheSameSeedGivesTheSamePackets) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    sim::World first(sim::random_world(seed));
    sim::World second(sim::random_world(seed));
    first.run();
    second.run();
    EXPECT_EQ(first.digest(), second.digest()) << "seed " << seed;
    sim::World other(sim::random_world(seed + 1000));
    other.run();
    EXPECT_NE(first.digest(), other.digest()) << "seed " << seed;
  }
}

TEST(Invariants, ASmallMtu) {
  for (const int mtu : {68, 296, 576}) {
    sim::WorldOptions options = one_flow(20'000);
    options.flows[0].config.ip.mtu = static_cast<std::uint16_t>(mtu);
    options.forward.impairment.loss = 0.02;
    sim::World world(options);
    EXPECT_EQ(run(world, options), "") << "mtu " << mtu;
  }
}

TEST(Invariants, AReaderWhoSleepsWhileItsWindowIsShut) {
  sim::WorldOptions options = one_flow(500'000);
  options.flows[0].listener.reads_from = 300s;
  options.forward.impairment.loss = 0.05;
  options.backward.impairment.loss = 0.05;
  sim::World world(options);
  EXPECT_EQ(run(world, options), "");
  EXPECT_GE(world.listener(0).figures().last_byte, Time{} + 300s);
}

TEST(Invariants, WritesOfOneByte) {
  sim::WorldOptions options = one_flow(2000);
  options.flows[0].opener.write_size = 1;
  options.flows[0].opener.write_pause = 1ms;
  options.forward.impairment.loss = 0.02;
  sim::World world(options);
  EXPECT_EQ(run(world, options), "");
}

}  // namespace
}  // namespace tcpstack::test
