// A part of an object that some of its kind never use: made when it is first written to, and until then read as it
// would be at first.
#pragma once

#include <memory>

namespace tcpstack::base {

template <typename T>
class OnDemand {
 public:
  // To read. Before make(): a T of which nothing has been changed.
  const T* operator->() const { return part_ ? part_.get() : &kUntouched; }
  const T& operator*() const { return *operator->(); }
  // To write, if it has been made; else null.
  T* get() { return part_.get(); }
  // To write. The first call allocates.
  T& make() {
    if (!part_) part_ = std::make_unique<T>();
    return *part_;
  }
  // Back to how it was at first.
  void drop() { part_.reset(); }
  [[nodiscard]] bool is_made() const { return part_ != nullptr; }

 private:
  static inline const T kUntouched{};

  std::unique_ptr<T> part_;
};

}  // namespace tcpstack::base
