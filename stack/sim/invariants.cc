// See invariants.h.
#include "stack/sim/invariants.h"

#include "stack/base/random.h"

namespace tcpstack::sim {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

ImpairmentOptions random_impairment(base::Random& random) {
  ImpairmentOptions options;
  options.loss = random.below(6) * 0.01;
  if (random.chance(0.3)) options.bursts = {.good = 120ms, .bad = 3ms};
  options.reorder = random.below(3) * 0.05;
  options.reorder_delay = Duration(1000 * (1 + random.below(20)));
  options.duplicate = random.below(3) * 0.02;
  options.corrupt = random.below(3) * 0.01;
  options.jitter = Duration(1000 * random.below(5));
  return options;
}

std::string wrong_with(const Host& host, std::uint64_t expected, const std::string& who) {
  const UserFigures& figures = host.figures();
  std::string wrong;
  if (figures.received != expected) {
    wrong += who + " has " + std::to_string(figures.received) + " of " + std::to_string(expected) +
             " bytes; ";
  }
  if (!figures.in_order) wrong += who + " has bytes in the wrong place; ";
  if (!figures.at_end) wrong += who + " has not seen the end; ";
  if (!figures.closed) wrong += who + " is not CLOSED; ";
  if (figures.error != tcp::Error::none) {
    wrong += who + " has error " + std::to_string(static_cast<int>(figures.error)) + "; ";
  }
  if (host.stack().connection_count() != 0) wrong += who + " leaks; ";
  if (host.has_alarm()) wrong += who + " has an alarm left; ";
  return wrong;
}

}  // namespace

WorldOptions random_world(std::uint64_t seed) {
  base::Random random(seed);
  WorldOptions options;
  options.seed = seed;
  options.forward = {.rate = 10'000'000, .delay = 10ms, .queue = 100, .impairment = {}};
  options.backward = options.forward;
  FlowOptions& flow = options.flows.emplace_back();
  flow.opener.bytes = 1 + random.below(100'000);
  options.forward.queue = 2 + random.below(100);
  options.forward.impairment = random_impairment(random);
  options.backward.impairment = random_impairment(random);
  flow.listener.bytes = random.chance(0.5) ? random.below(50'000) : 0;
  flow.config.tcp.congestion = random.chance(0.5) ? "cubic" : "reno";
  flow.config.tcp.sack = random.chance(0.8);
  flow.config.tcp.timestamps = random.chance(0.8);
  if (random.chance(0.2)) flow.listener.reads_from = 2s;
  return options;
}

std::string violations(const World& world, const WorldOptions& options, Outcome outcome) {
  std::string wrong;
  if (outcome == Outcome::stalled) wrong += "nothing happens any more; ";
  if (outcome == Outcome::overran) wrong += "it takes too long; ";
  for (std::size_t i = 0; i < world.flow_count(); ++i) {
    const FlowOptions& flow = options.flows[i];
    wrong += wrong_with(world.opener(i), flow.listener.bytes, "the opener");
    wrong += wrong_with(world.listener(i), flow.opener.bytes, "the listener");
  }
  return wrong;
}

}  // namespace tcpstack::sim
