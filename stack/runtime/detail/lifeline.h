// Lets a handler that Asio has queued find out that the object it belongs to is gone.
//
// Cancelling is not enough: a handler may be queued with success already when its object is destroyed.
#pragma once

#include <memory>
#include <utility>

namespace tcpstack::runtime {

// A member of the object whose handlers are to be guarded; the last one, so that it goes first.
class lifeline {
 public:
  lifeline() = default;
  lifeline(const lifeline&) = delete;
  lifeline& operator=(const lifeline&) = delete;

  // Whether it is gone, for a function of the object that calls others, who may destroy the object.
  [[nodiscard]] auto watch() const {
    return [watch = std::weak_ptr<char>(token_)] { return watch.expired(); };
  }

  // `fn`, which does nothing once the lifeline is gone. For one thread only.
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
