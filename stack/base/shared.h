// A value that many objects have in common and few change: they hold the same one until an object changes its own.
#pragma once

#include <memory>
#include <utility>

namespace tcpstack::base {

// Not for several threads.
template <typename T>
class Shared {
 public:
  // T{}, of which nothing is allocated.
  Shared() = default;
  explicit Shared(T value) : value_(std::make_shared<T>(std::move(value))) {}

  const T* operator->() const { return value_ ? value_.get() : &kInitial; }
  const T& operator*() const { return *operator->(); }

  // To change it for this holder alone: a copy, if there are others.
  T& edit() {
    if (value_.use_count() != 1) value_ = std::make_shared<T>(operator*());
    return *value_;
  }

 private:
  static inline const T kInitial{};

  std::shared_ptr<T> value_;
};

}  // namespace tcpstack::base
