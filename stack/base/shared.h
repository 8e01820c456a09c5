// A value that many objects hold in common. An object that needs another value takes another one.
#pragma once

#include <memory>
#include <utility>

namespace tcpstack::base {

template <typename T>
class Shared {
 public:
  // T{}, without an allocation.
  Shared() = default;
  explicit Shared(T value) : value_(std::make_shared<const T>(std::move(value))) {}

  const T* operator->() const { return value_ ? value_.get() : &kInitial; }
  const T& operator*() const { return *operator->(); }

 private:
  static inline const T kInitial{};

  std::shared_ptr<const T> value_;
};

}  // namespace tcpstack::base
