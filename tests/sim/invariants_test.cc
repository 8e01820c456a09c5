// What must hold over any path, however bad: the worlds of many seeds.
#include <gtest/gtest.h>

#include "stack/base/random.h"
#include "tests/sim/worlds.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr std::uint64_t kSeeds = 300;

// A path with a bit of everything, another for each seed.
sim::ImpairmentOptions any_impairment(base::Random& random) {
  sim::ImpairmentOptions options;
  options.loss = random.below(6) * 0.01;
  if (random.chance(0.3)) options.bursts = {.to_bad = 0.01, .to_good = 0.4};
  options.reorder = random.below(3) * 0.05;
  options.reorder_delay = Duration(1000 * (1 + random.below(20)));
  options.duplicate = random.below(3) * 0.02;
  options.corrupt = random.below(3) * 0.01;
  options.jitter = Duration(1000 * random.below(5));
  return options;
}

sim::WorldOptions any_world(std::uint64_t seed) {
  base::Random random(seed);
  sim::WorldOptions options = one_flow(1 + random.below(100'000), seed);
  options.forward.queue = 2 + random.below(100);
  options.forward.impairment = any_impairment(random);
  options.backward.impairment = any_impairment(random);
  sim::FlowOptions& flow = options.flows[0];
  flow.listener.bytes = random.chance(0.5) ? random.below(50'000) : 0;
  flow.config.tcp.congestion = random.chance(0.5) ? "cubic" : "reno";
  flow.config.tcp.sack = random.chance(0.8);
  flow.config.tcp.timestamps = random.chance(0.8);
  if (random.chance(0.2)) flow.listener.reads_from = 2s;
  return options;
}

TEST(Invariants, EveryByteOnceInOrderAndAllIsClosed) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const sim::WorldOptions options = any_world(seed);
    sim::World world(options);
    EXPECT_EQ(run(world, options), "") << "seed " << seed;
  }
}

TEST(Invariants, TheSameSeedGivesTheSamePackets) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    sim::World first(any_world(seed));
    sim::World second(any_world(seed));
    first.run();
    second.run();
    EXPECT_EQ(first.digest(), second.digest()) << "seed " << seed;
    sim::World other(any_world(seed + 1000));
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
