// Lets a queued handler find out that its object no longer exists.
//
// Cancelling is not enough: a handler may already be queued with success when its object is destroyed.
#pragma once

#include <memory>
#include <utility>

namespace tcpstack::runtime {

// A member of the object whose handlers it guards. It is the last member, so it is destroyed first.
class lifeline {
 public:
  lifeline() = default;
  lifeline(const lifeline&) = delete;
  lifeline& operator=(const lifeline&) = delete;

  // Returns a question: has the object ended? For a function of the object that calls others, which may destroy it.
  [[nodiscard]] auto watch() const {
    return [watch = std::weak_ptr<char>(token_)] { return watch.expired(); };
  }

  // Wraps `fn`, which then does nothing once the lifeline has ended. For one thread only.
  template <typename Fn>
  [[nodiscard]] auto guard(Fn fn) const {
    return [watch = std::weak_ptr<char>(token_), fn = std::move(fn)](const auto&... args) mutable {
      if (!watch.expired()) fn(args...);
    };
  }

 private:
  std::shared_ptr<char> token_ = std::make_shared<char>();
};

}  // namespace tcpstack::runtime
