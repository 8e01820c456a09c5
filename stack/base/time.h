// Points in time and spans of time, in whole microseconds.
//
// The core never reads a clock: its driver passes the time with every call. So a run can be repeated, in the
// simulator, in a script and under a debugger. StackClock is a clock for std::chrono in name only: it has no now(),
// and code in the core that reads the time does not compile.
//
// Where Time{} lies is the driver's choice (the start of the program, the start of a simulation).
#pragma once

#include <chrono>
#include <cstdint>
#include <ratio>

namespace tcpstack {

// Names the time line; the top of the file says why it cannot be read.
struct StackClock {
  using rep = std::int64_t;
  using period = std::micro;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<StackClock>;
  static constexpr bool is_steady = true;  // NOLINT(readability-identifier-naming)
};

// A point on the driver's time line. Never decreases from one call into the core to the next.
using Time = StackClock::time_point;

// A span of time. Converts implicitly from std::chrono's coarser units: Duration d = 200ms;
using Duration = StackClock::duration;

// Later than every point in time that can be reached: a deadline that is not set. Adding to it
// overflows; compare with it first.
inline constexpr Time kNever = Time::max();

}  // namespace tcpstack
