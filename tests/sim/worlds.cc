// See worlds.h.
#include "tests/sim/worlds.h"

#include "stack/sim/invariants.h"

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;

}  // namespace

sim::WorldOptions one_flow(std::uint64_t bytes, std::uint64_t seed) {
  sim::WorldOptions options;
  options.seed = seed;
  options.forward = {.rate = 10'000'000, .delay = 10ms, .queue = 100, .impairment = {}};
  options.backward = options.forward;
  options.flows.resize(1);
  options.flows[0].opener.bytes = bytes;
  return options;
}

std::string run(sim::World& world, const sim::WorldOptions& options) {
  const sim::Outcome outcome = world.run();
  return sim::violations(world, options, outcome);
}

double share_of_bottleneck(const sim::World& world, const sim::WorldOptions& options,
                           std::size_t flow) {
  const sim::UserFigures& figures = world.listener(flow).figures();
  const std::chrono::duration<double> time =
      figures.last_byte - (Time{} + options.flows[flow].opener.start);
  const double goodput = static_cast<double>(figures.received) * 8 / time.count();
  const double mtu = options.flows[flow].config.ip.mtu;
  const double text = mtu - 52;  // with timestamps
  return goodput / (static_cast<double>(options.forward.rate) * text / mtu);
}

}  // namespace tcpstack::test
