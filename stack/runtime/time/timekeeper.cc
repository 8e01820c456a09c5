// Real time for a runtime.
#include "stack/runtime/time/timekeeper.h"

#include <algorithm>

#include "stack/runtime/error.h"

namespace tcpstack::runtime {

steady_timekeeper::steady_timekeeper(const boost::asio::any_io_executor& executor)
    : timer_(executor) {}

void steady_timekeeper::sleep_until(Time deadline) {
  if (deadline < set_for_) set_timer(deadline);
  clock_.sleep_until(set_for_);
}

void steady_timekeeper::stop() {
  set_for_ = kNever;
  timer_.cancel();
}

void steady_timekeeper::set_timer(Time deadline) {
  set_for_ = deadline;
  timer_.expires_after(std::max(deadline - clock_.last(), Duration(0)));
  timer_.async_wait(life_.guard([this](const error_code& ec) {
    if (ec) return;  // set again, or stopped
    set_for_ = kNever;
    ring();
  }));
}

}  // namespace tcpstack::runtime
