// The time of a runtime, and its one alarm.
//
// The border at which real time (steady_timekeeper) can be exchanged for virtual time
// (manual_time.h), so that tests of sockets never sleep.
#pragma once

#include <functional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "stack/base/time.h"
#include "stack/runtime/detail/lifeline.h"
#include "stack/runtime/time/clock.h"

namespace tcpstack::runtime {

class timekeeper {
 public:
  virtual ~timekeeper() = default;

  // Never decreases.
  virtual Time now() = 0;

  // now(), and the runtime is at work until it calls sleep_until().
  virtual Time wake() { return now(); }

  // The runtime has nothing to do until `deadline` (kNever: no deadline) or another event. Then the alarm rings,
  // once. It may ring too early, and then the runtime has to ask again. Replaces an earlier deadline.
  virtual void sleep_until(Time deadline) = 0;

  // Removes the alarm; leaves nothing running.
  virtual void stop() = 0;

  // The function that the alarm calls, through the executor: never from inside sleep_until().
  void on_alarm(std::function<void()> ring) { ring_ = std::move(ring); }

 protected:
  void ring() {
    if (ring_) ring_();
  }

 private:
  std::function<void()> ring_;
};

// Real time: the clock that survives a debugger, and one Asio timer.
class steady_timekeeper final : public timekeeper {
 public:
  explicit steady_timekeeper(const boost::asio::any_io_executor& executor);

  Time now() override { return clock_.now(); }
  Time wake() override { return clock_.wake(); }
  void sleep_until(Time deadline) override;
  void stop() override;

  // For its settings, and for tests.
  clock& its_clock() { return clock_; }

 private:
  // A connection in use moves its deadline later with every acknowledgment. The timer, which costs a system call,
  // then stays as it is: it rings too early, and is set again.
  void set_timer(Time deadline);

  clock clock_;
  boost::asio::steady_timer timer_;
  Time set_for_ = kNever;
  lifeline life_;
};

}  // namespace tcpstack::runtime
