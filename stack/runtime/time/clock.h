// The runtime's clock: it follows the steady clock, and survives a debugger.
//
// Ten seconds at a breakpoint would fire every timer of a connection at once, and so change the scene that the
// student wants to see. But a program that only waits never sleeps longer than it has asked to. All time beyond
// that (and a little slack for a busy machine) was spent elsewhere, and this clock leaves it out. now() itself has
// to find the gap: a check in a handler would come after Asio has judged its timers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "stack/base/time.h"

namespace tcpstack::runtime {

class clock {
 public:
  // Time since any fixed point; never decreases.
  using raw_source = std::function<std::chrono::nanoseconds()>;
  // Called with the length of every gap, from inside now(): for logging. It must not use the runtime.
  using gap_handler = std::function<void(Duration)>;

  static constexpr Duration kDefaultSlack = std::chrono::milliseconds(50);

  explicit clock(raw_source source = steady_time);

  // Starts at Time{}. Never decreases, and leaves gaps out.
  Time now();
  // The last result of now().
  [[nodiscard]] Time last() const { return to_time(time_); }

  // The caller has nothing to do until `deadline` or another event; kNever: no limit.
  void sleep_until(Time deadline) { asleep_until_ = deadline; }
  // now(), and the caller is at work again: until it sleeps, only the slack may pass between two calls of now().
  // The clock starts in this state.
  Time wake();

  // false: the steady clock unchanged. true by default.
  void skip_gaps(bool on) { skip_gaps_ = on; }
  // A wake-up that is late by less than this, or a shorter stretch of work, is not a gap.
  void slack(Duration slack) { slack_ = slack; }
  void on_gap(gap_handler handler) { on_gap_ = std::move(handler); }

  // The number of gaps, and their total length.
  [[nodiscard]] std::uint64_t gaps() const { return gaps_; }
  [[nodiscard]] Duration skipped() const { return skipped_; }

  static std::chrono::nanoseconds steady_time();

 private:
  using nanoseconds = std::chrono::nanoseconds;

  static Time to_time(nanoseconds t) { return Time(std::chrono::floor<Duration>(t)); }
  // The most time that can have passed since the last now() without a gap.
  [[nodiscard]] nanoseconds allowance() const;

  raw_source source_;
  gap_handler on_gap_;
  nanoseconds last_raw_;
  nanoseconds time_{0};  // last_raw_ from the start on, without the gaps
  Time asleep_until_{};  // at or before last(): awake
  bool skip_gaps_ = true;
  Duration slack_ = kDefaultSlack;
  std::uint64_t gaps_ = 0;
  Duration skipped_{0};
};

}  // namespace tcpstack::runtime
