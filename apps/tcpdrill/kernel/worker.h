// A thread that makes a script's system calls, so that a call which blocks does not stop the script.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "apps/tcpdrill/run/world.h"
#include "stack/device/descriptor.h"

namespace tcpstack::drill {

class Worker {
 public:
  Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  // Interrupts a call that still blocks.
  ~Worker();

  // Begins a call. Requires: no other call is under way.
  void begin(std::function<Outcome()> call);
  // Waits for the call's end, at most `longest`. Returns its outcome, once; nothing if it still blocks.
  std::optional<Outcome> finish(Duration longest);
  // Readable when a call has ended that finish() has not returned yet. Only to be waited for.
  [[nodiscard]] int fd() const { return news_.get(); }

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<Outcome()> call_;  // empty: none is under way
  std::optional<Outcome> outcome_;
  bool stops_ = false;
  bool has_ended_ = false;
  device::Descriptor news_;
  std::thread thread_;
};

}  // namespace tcpstack::drill
