#include "apps/tcpdrill/run/stack_world.h"

#include "apps/tcpdrill/packets/story.h"
#include "apps/tcpdrill/run/knobs.h"
#include "apps/tcpdrill/run/setup.h"

namespace tcpstack::drill {
namespace {

constexpr std::uint64_t kSeed = 1;

}  // namespace

StackWorld::StackWorld(const Setup& setup, Flows& flows, Story& story, Time epoch)
    : host_(config_of(setup), kSeed, epoch), calls_(host_, flows, setup.addresses) {
  host_.stack().observe(&story);
}

// Virtual time costs nothing: the story shows when a late packet came.
Patience StackWorld::patience() const {
  return {.with_time = std::chrono::minutes(10), .without = std::chrono::hours(24 * 365)};
}

bool StackWorld::pass(Time limit) {
  const bool ran = host_.run_next_alarm(limit);
  transmit();
  return ran;
}

void StackWorld::packet_arrives(Bytes bytes) {
  host_.packet_arrives(bytes);
  hear();
}

void StackWorld::transmit() {
  host_.transmit();
  hear();
}

std::optional<Outcome> StackWorld::attempt(Attempt& attempt) {
  const auto outcome = calls_.attempt(attempt);
  hear();
  return outcome;
}

void StackWorld::hear() {
  while (const auto event = host_.next_event()) calls_.hear(*event);
}

std::optional<std::int64_t> StackWorld::info(std::string_view field) {
  const auto connection = calls_.under_test();
  return connection ? host_.info(*connection, field) : std::nullopt;
}

void StackWorld::apply(const std::vector<Sysctl>& sysctls) {
  host_.set_config(changed(host_.stack().config(), sysctls));
  transmit();
}

std::optional<std::uint64_t> StackWorld::counter(std::string_view name) {
  return host_.counter(name);
}

}  // namespace tcpstack::drill
