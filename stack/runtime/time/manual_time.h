// Virtual time for tests of everything above the core: it moves only when the test lets it jump.
//
// Run the io_context until it is idle, jump to the next alarm, and repeat: an hour of retransmissions takes a
// millisecond, and goes the same way every time.
//
//   runtime::manual_time time(io.get_executor());
//   runtime::runtime host(io.get_executor(), config, 1, std::move(device), time.make_timekeeper());
//   do {
//     io.restart();
//     io.poll();
//   } while (time.jump());
#pragma once

#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "stack/base/time.h"
#include "stack/runtime/time/timekeeper.h"

namespace tcpstack::runtime {

class manual_time {
 public:
  explicit manual_time(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  manual_time(const manual_time&) = delete;
  manual_time& operator=(const manual_time&) = delete;

  // For one runtime. Requires: *this outlives it.
  std::unique_ptr<timekeeper> make_timekeeper();

  [[nodiscard]] Time now() const { return now_; }
  // The time of the next alarm; kNever if none is set.
  [[nodiscard]] Time next_alarm() const;

  // Goes to the next alarm and lets it ring, by post. Returns false if none is set.
  bool jump();
  // Moves by `step`. Alarms that are due on the way or at its end all ring at the end.
  void advance(Duration step);

 private:
  class keeper;
  void ring_due();

  boost::asio::any_io_executor executor_;
  Time now_{};
  std::vector<keeper*> keepers_;
};

}  // namespace tcpstack::runtime
