// Virtual time for tests of everything above the core: it stands still until it is told to jump.
//
// Run the io_context until it is idle, jump to the next alarm, and so on: an hour of retransmissions
// takes a millisecond, and takes the same course every time.
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

  // For one runtime; *this must outlive it.
  std::unique_ptr<timekeeper> make_timekeeper();

  [[nodiscard]] Time now() const { return now_; }
  // When the next alarm rings; kNever when none is set.
  [[nodiscard]] Time next_alarm() const;

  // Goes to the next alarm and lets it ring, by post. False when none is set.
  bool jump();
  // Goes on by `step`; what is due on the way or at its end rings, all at the end.
  void advance(Duration step);

 private:
  class keeper;
  void ring_due();

  boost::asio::any_io_executor executor_;
  Time now_{};
  std::vector<keeper*> keepers_;
};

}  // namespace tcpstack::runtime
