// See worlds.h.
#include "tests/sim/worlds.h"

#include <string>

namespace tcpstack::test {
namespace {

using std::chrono_literals::operator""ms;

std::string wrong_with(const sim::Host& host, std::uint64_t expected, const std::string& who) {
  const sim::UserFigures& figures = host.figures();
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
  return wrong;
}

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
  std::string wrong;
  const sim::Outcome outcome = world.run();
  if (outcome == sim::Outcome::stalled) wrong += "nothing happens any more; ";
  if (outcome == sim::Outcome::overran) wrong += "it takes too long; ";
  for (std::size_t i = 0; i < world.flow_count(); ++i) {
    const sim::FlowOptions& flow = options.flows[i];
    wrong += wrong_with(world.opener(i), flow.listener.bytes, "the opener");
    wrong += wrong_with(world.listener(i), flow.opener.bytes, "the listener");
    if (world.opener(i).has_alarm() || world.listener(i).has_alarm()) wrong += "an alarm is left; ";
  }
  return wrong;
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
