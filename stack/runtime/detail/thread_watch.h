// In a debug build: asserts that two threads never use a runtime at the same time.
//
// A runtime and its sockets are not thread-safe. A thread pool may run them through a strand (docs/sockets.md); a
// missing strand is a race that shows itself rarely. The assertion fails whenever a second thread comes in.
#pragma once

#include <atomic>
#include <cassert>
#include <memory>
#include <thread>
#include <utility>

namespace tcpstack::runtime {

// The thread that is inside a runtime. Shared, because a handler may end the runtime.
using thread_watch = std::shared_ptr<std::atomic<std::thread::id>>;

inline thread_watch make_thread_watch() { return std::make_shared<thread_watch::element_type>(); }

#ifdef NDEBUG

class inside {
 public:
  explicit inside(const thread_watch& /*watch*/) {}
};

#else

// While it exists, this thread is inside.
class inside {
 public:
  explicit inside(const thread_watch& watch) {
    const auto self = std::this_thread::get_id();
    std::thread::id nobody;
    if (watch == nullptr || watch->load() == self) return;
    const bool is_alone = watch->compare_exchange_strong(nobody, self);
    assert(is_alone && "two threads use a runtime at the same time: put it on a strand");
    if (is_alone) watch_ = watch;
  }
  inside(const inside&) = delete;
  inside& operator=(const inside&) = delete;
  ~inside() {
    if (watch_) watch_->store({});
  }

 private:
  thread_watch watch_;  // nullptr: this thread was inside already
};

#endif

}  // namespace tcpstack::runtime
