// The runtime's clock: it follows the steady clock, and survives a debugger.
//
// Ten seconds at a breakpoint would fire every timer of a connection at once and so change what the
// student came to look at. A program that only waits never sleeps longer than it has asked to,
// though: what goes beyond that (and a little slack for a busy machine) was spent elsewhere, and this
// clock leaves it out. The gap has to be found inside now(): a check in a handler would come after
// Asio has judged its timers.
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
  // Told the length of every gap, from inside now(): for logging, it must not use the runtime.
  using gap_handler = std::function<void(Duration)>;

  static constexpr Duration kDefaultSlack = std::chrono::milliseconds(50);

  explicit clock(raw_source source = steady_time);

  // Starts at Time{}. Never decreases, and leaves gaps out.
  Time now();
  // What now() has returned last.
  [[nodiscard]] Time last() const { return to_time(time_); }

  // The caller has nothing to do until `deadline`, or something arrives; kNever: no limit.
  void sleep_until(Time deadline) { asleep_until_ = deadline; }
  // now(), and the caller is at work again: until it sleeps, only the slack may pass between two
  // calls of now(). That is how it begins, too.
  Time wake();

  // Off: the steady clock as it is. On by default.
  void skip_gaps(bool on) { skip_gaps_ = on; }
  // How much later than asked a wake-up, or how long a stretch of work, is no gap yet.
  void slack(Duration slack) { slack_ = slack; }
  void on_gap(gap_handler handler) { on_gap_ = std::move(handler); }

  // How many gaps there were, and how long they were in all.
  [[nodiscard]] std::uint64_t gaps() const { return gaps_; }
  [[nodiscard]] Duration skipped() const { return skipped_; }

  static std::chrono::nanoseconds steady_time();

 private:
  using nanoseconds = std::chrono::nanoseconds;

  static Time to_time(nanoseconds t) { return Time(std::chrono::floor<Duration>(t)); }
  // The most that can have passed since the last now() without anything unusual.
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
