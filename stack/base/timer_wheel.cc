// The invariant behind every function: a node due at tick t waits at place_of(t). Nodes are placed when they are
// armed and when the present enters their slot. Moving the present up to the start of the first slot in use changes
// no other node's place. Hence the next node is due in the lowest level in use, and there in the lowest slot in
// use.
#include "stack/base/timer_wheel.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <chrono>
#include <utility>

namespace tcpstack::base {
namespace {

using std::chrono::milliseconds;

// The last tick that has begun at `time`, and the first that begins at or after it.
std::int64_t tick_before(Time time) {
  return std::chrono::floor<milliseconds>(time).time_since_epoch().count();
}
std::int64_t tick_after(Time time) {
  return std::chrono::ceil<milliseconds>(time).time_since_epoch().count();
}

// When a tick begins. The last tick begins after the last Time there is: then kNever.
Time begin_of(std::int64_t tick) {
  return tick > tick_before(kNever) ? kNever : Time(milliseconds(tick));
}

}  // namespace

TimerWheel::TimerWheel(Time start) : present_(tick_before(start)), now_(start) {
  assert(start >= Time{});
}

void TimerWheel::schedule(Node& node, Time deadline) {
  cancel(node);
  if (deadline == kNever) return;
  node.tick = due(deadline);
  link(node);
}

void TimerWheel::schedule_earlier(Node& node, Time deadline) {
  const bool is_later = node.armed() && deadline >= begin_of(node.tick);
  if (!is_later && (!node.armed() || due(deadline) < node.tick)) schedule(node, deadline);
}

// Rounding up a deadline that has passed could delay it beyond the next call.
std::int64_t TimerWheel::due(Time deadline) const {
  const std::int64_t tick = deadline <= now_ ? tick_before(deadline) : tick_after(deadline);
  return std::max(tick, present_);
}

void TimerWheel::cancel(Node& node) {
  if (node.armed()) unlink(node, place_of(node.tick));
}

TimerWheel::Node* TimerWheel::pop_expired(Time now) {
  assert(now >= now_);
  now_ = now;
  const std::int64_t target = tick_before(now);
  while (const std::optional<Stop> stop = next_stop()) {
    if (stop->tick > target) break;
    present_ = stop->tick;
    if (stop->place.level > 0) {
      cascade(stop->place);
      continue;
    }
    Node* const node = slots_[0][stop->place.slot];
    unlink(*node, stop->place);
    return node;
  }
  present_ = target;
  return nullptr;
}

std::optional<Time> TimerWheel::next_deadline() const {
  const std::optional<Stop> stop = next_stop();
  if (!stop) return std::nullopt;
  return begin_of(stop->tick);
}

TimerWheel::Place TimerWheel::place_of(std::int64_t tick) const {
  assert(tick >= present_);
  const auto differing_bits = static_cast<std::uint64_t>(tick ^ present_);
  const int highest = 63 - std::countl_zero(differing_bits | 1);
  const int level = highest / kDigitBits;
  const auto slot = static_cast<std::uint64_t>(tick >> (level * kDigitBits)) % kSlots;
  return {static_cast<std::size_t>(level), static_cast<std::size_t>(slot)};
}

std::optional<TimerWheel::Stop> TimerWheel::next_stop() const {
  for (std::size_t level = 0; level < kLevels; ++level) {
    if (in_use_[level] == 0) continue;
    const int slot = std::countr_zero(in_use_[level]);
    const int shift = static_cast<int>(level) * kDigitBits;
    const std::int64_t above = present_ >> (shift + kDigitBits) << kDigitBits;
    return Stop{{level, static_cast<std::size_t>(slot)}, (above | slot) << shift};
  }
  return std::nullopt;
}

void TimerWheel::link(Node& node) {
  const Place place = place_of(node.tick);
  Node*& first = slots_[place.level][place.slot];
  if (first == nullptr) {
    first = node.prev = node.next = &node;
    in_use_[place.level] |= std::uint64_t{1} << place.slot;
    return;
  }
  node.prev = first->prev;
  node.next = first;
  node.prev->next = &node;
  first->prev = &node;
}

void TimerWheel::unlink(Node& node, Place place) {
  Node*& first = slots_[place.level][place.slot];
  if (node.next == &node) {
    first = nullptr;
    in_use_[place.level] &= ~(std::uint64_t{1} << place.slot);
  } else {
    node.prev->next = node.next;
    node.next->prev = node.prev;
    if (first == &node) first = node.next;
  }
  node.prev = node.next = nullptr;
}

void TimerWheel::cascade(Place place) {
  Node* node = std::exchange(slots_[place.level][place.slot], nullptr);
  in_use_[place.level] &= ~(std::uint64_t{1} << place.slot);
  node->prev->next = nullptr;  // the circle becomes a list
  while (node != nullptr) {
    Node* const next = node->next;
    link(*node);
    node = next;
  }
}

}  // namespace tcpstack::base
