// Finds gaps: real time that passed while the program was stopped.
#include "stack/runtime/time/clock.h"

#include <algorithm>
#include <utility>

namespace tcpstack::runtime {

clock::clock(raw_source source) : source_(std::move(source)), last_raw_(source_()) {}

Time clock::now() {
  const nanoseconds raw = source_();
  const nanoseconds elapsed = raw - last_raw_;
  const nanoseconds allowed = allowance();
  last_raw_ = raw;
  if (!skip_gaps_ || elapsed <= allowed) {
    time_ += elapsed;
    return last();
  }
  time_ += allowed;
  const auto gap = std::chrono::ceil<Duration>(elapsed - allowed);
  ++gaps_;
  skipped_ += gap;
  if (on_gap_) on_gap_(gap);
  return last();
}

Time clock::wake() {
  const Time woken = now();
  asleep_until_ = Time{};
  return woken;
}

clock::nanoseconds clock::allowance() const {
  if (asleep_until_ == kNever) return nanoseconds::max();
  const nanoseconds asked = asleep_until_.time_since_epoch() - time_;
  return std::max(asked, nanoseconds(0)) + slack_;
}

std::chrono::nanoseconds clock::steady_time() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace tcpstack::runtime
