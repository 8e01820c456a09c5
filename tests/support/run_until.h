// Runs handlers in virtual time until a condition holds.
#pragma once

#include <chrono>
#include <functional>

#include <boost/asio/io_context.hpp>

#include "stack/runtime/time/manual_time.h"

namespace tcpstack::test {

// Runs until `done`, for an hour at most. Returns false if no event is left.
inline bool run_until(boost::asio::io_context& io, runtime::manual_time& time,
                      const std::function<bool()>& done) {
  const Time limit = time.now() + std::chrono::hours(1);
  while (!done()) {
    io.restart();
    if (io.poll_one() > 0) continue;
    if (time.next_alarm() > limit || !time.jump()) return false;
  }
  return true;
}

}  // namespace tcpstack::test
