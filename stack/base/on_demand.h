// A part of an object that many objects of its kind never use. It is made when it is first written to, and until
// then reads as its initial value.
#pragma once

#include <memory>

namespace tcpstack::base {

template <typename T>
class OnDemand {
 public:
  // To read. Before make(): a T with its initial values.
  const T* operator->() const { return part_ ? part_.get() : &kUntouched; }
  const T& operator*() const { return *operator->(); }
  // To write, if it has been made; otherwise null.
  T* get() { return part_.get(); }
  // To write. The first call allocates.
  T& make() {
    if (!part_) part_ = std::make_unique<T>();
    return *part_;
  }
  // Back to the initial value, without memory.
  void drop() { part_.reset(); }
  [[nodiscard]] bool is_made() const { return part_ != nullptr; }

 private:
  static inline const T kUntouched{};

  std::unique_ptr<T> part_;
};

}  // namespace tcpstack::base
