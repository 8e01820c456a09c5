// Hundreds of thousands of alarms; most are moved or cancelled before they go off.
//
// A heap would cost log n for each alarm. This is a hierarchical timing wheel (Varghese and Lauck, 1987), where
// arming and cancelling are a few pointer stores. Time counts in ticks of 1 ms, and a tick is written as nine
// digits of six bits. A node waits in the level of the highest digit in which its tick differs from the present
// tick, in the slot of that digit. When the present reaches the slot, its nodes move to lower levels; at level 0
// they are due. One 64-bit word per level marks the slots in use, so time may jump over days in a few instructions.
//
//   present tick  ... 0 5 12     tick ... 0 5 40: level 0, slot 40
//                                tick ... 0 9 33: level 1, slot 9
//                                tick ... 2 0  0: level 2, slot 2
//
// All nodes of one tick are always in the same slot, in the order in which they were armed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "stack/base/time.h"

namespace tcpstack::base {

class TimerWheel {
 public:
  // One alarm, part of the object that it belongs to, which derives from it:
  //   struct Owner : TimerWheel::Node { ... };
  //   auto* owner = static_cast<Owner*>(wheel.pop_expired(now));
  // Must be cancelled before it is destroyed, unless the wheel is not used again.
  struct Node {
    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    bool armed() const { return next != nullptr; }

    Node* prev = nullptr;   // only the wheel writes it, and the next two
    Node* next = nullptr;   // the nodes of a slot form a circle; null: not armed
    std::int64_t tick = 0;  // when it is due, in ticks since Time{}
  };

  // A wheel whose present is `start`. Requires start >= Time{}.
  explicit TimerWheel(Time start = Time{});

  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // Arms `node`, or moves its deadline if it is armed. It goes off at the first tick at or after
  // the deadline: never early, at most 1 ms late. A deadline that is past already goes off at the
  // next pop_expired. kNever cancels.
  void schedule(Node& node, Time deadline);

  // The same, unless it is armed and would not go off sooner.
  void schedule_earlier(Node& node, Time deadline);

  // Disarms `node`. No effect when it is not armed.
  void cancel(Node& node);

  // Disarms and returns a node due at or before `now`, or null if none is left. Nodes come in the order of their
  // ticks, within a tick in the order of arming. Call it until it returns null. Advances the wheel; `now` must
  // never decrease.
  Node* pop_expired(Time now);

  // The earliest time at which a call of pop_expired has an effect: a node is due, or nodes have to move to a lower
  // level, which precedes the time of any of them. Empty when no node is armed. May lie in the past.
  std::optional<Time> next_deadline() const;

 private:
  static constexpr int kDigitBits = 6;
  static constexpr std::size_t kSlots = 1 << kDigitBits;
  static constexpr std::size_t kLevels = 9;  // 54 bits of milliseconds: all of Time

  struct Place {
    std::size_t level;
    std::size_t slot;
  };

  // A place in use and the tick at which it begins.
  struct Stop {
    Place place;
    std::int64_t tick;
  };

  // Where a node due at `tick` waits, seen from the present. Requires tick >= present_.
  Place place_of(std::int64_t tick) const;

  // When a node with this deadline goes off.
  std::int64_t due(Time deadline) const;

  // The first place in use, empty if there is none.
  std::optional<Stop> next_stop() const;

  // Puts the node at the end of the slot for its tick.
  void link(Node& node);
  void unlink(Node& node, Place place);

  // Moves the nodes of a slot that the present has reached to their new places.
  void cascade(Place place);

  std::int64_t present_;                                    // the tick that the wheel has reached
  Time now_;                                                // the latest time passed to it
  std::array<std::uint64_t, kLevels> in_use_{};             // one bit per slot that has nodes
  std::array<std::array<Node*, kSlots>, kLevels> slots_{};  // the first node of each, or null
};

}  // namespace tcpstack::base
