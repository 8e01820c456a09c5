#include "apps/tcpdrill/packets/story.h"

#include <fmt/format.h>

#include "stack/tcp/alarms.h"
#include "stack/tcp/state.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::drill {
namespace {

std::string because(const Why& why) {
  const std::string what = *why.what == '\0' ? "" : fmt::format(": {}", why.what);
  return *why.clause == '\0' ? what : fmt::format("{} ({})", what, why.clause);
}

}  // namespace

void Story::add(Time at, const std::string& line) {
  lines_.push_back(fmt::format("{:>12}  {}", to_text(at), line));
}

void Story::transition(const trace::TransitionEvent& event) {
  Flow* const flow = flows_.find(event.tcb.local, event.tcb.remote);
  if (flow != nullptr) flow->over = event.to == tcp::State::CLOSED;
  if (!narrate_) return;
  add(event.at - since_zero_,
      fmt::format("  {} -> {}{}", tcp::name(event.from), tcp::name(event.to), because(event.why)));
}

void Story::dropped(const trace::DropEvent& event) {
  if (narrate_)
    add(event.at - since_zero_,
        fmt::format("  drop {}: {}", name(event.drop), explain(event.drop)));
}

void Story::alarm(const trace::AlarmEvent& event) {
  if (narrate_)
    add(event.at - since_zero_,
        fmt::format("  alarm {}{}", tcp::name(event.kind), because(event.why)));
}

void Story::note(const trace::NoteEvent& event) {
  if (narrate_) add(event.at - since_zero_, fmt::format("  note{}", because(event.why)));
}

std::string to_text(Duration duration) {
  constexpr double kMicroseconds = 1e6;
  return fmt::format("{:.6f}", static_cast<double>(duration.count()) / kMicroseconds);
}

std::string to_text(Time at) { return to_text(at.time_since_epoch()); }

}  // namespace tcpstack::drill
