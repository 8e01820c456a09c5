// A double-ended queue in one flat array whose size is a power of two.
//
// std::deque allocates and frees while elements pass through it. A Ring that has reached its working size never
// allocates again. Element i lies in slot (head + i) mod capacity.
//
// Emptying element by element keeps the storage. clear() keeps a small one (up to kKeptCapacity
// elements) and frees a larger; release() frees any. A fresh Ring has no storage.
#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace tcpstack::base {

// T needs only be movable. References and pointers to elements are valid until the next push_back,
// insert or erase.
template <typename T>
class Ring {
  static_assert(std::movable<T>);

 public:
  static constexpr std::size_t kKeptCapacity = 16;

  Ring() = default;
  ~Ring() { release(); }
  Ring(Ring&& other) noexcept { swap(other); }
  Ring& operator=(Ring&& other) noexcept {
    if (this != &other) release();
    swap(other);
    return *this;
  }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Elements that fit without another allocation: 0 or a power of two.
  std::size_t capacity() const { return capacity_; }

  // Element i counted from the front. Requires i < size().
  T& operator[](std::size_t i) {
    assert(i < size_);
    return *slot(i);
  }
  const T& operator[](std::size_t i) const {
    assert(i < size_);
    return *slot(i);
  }

  // First and last element. Require !empty().
  T& front() { return (*this)[0]; }
  const T& front() const { return (*this)[0]; }
  T& back() { return (*this)[size_ - 1]; }
  const T& back() const { return (*this)[size_ - 1]; }

  // Adds an element at the end. Doubles the storage when it is full.
  void push_back(T value) {
    if (size_ == capacity_) grow();
    std::construct_at(slot(size_), std::move(value));
    ++size_;
  }

  // Removes the first or the last element. Require !empty().
  void pop_front() {
    assert(!empty());
    std::destroy_at(slot(0));
    head_ = (head_ + 1) & (capacity_ - 1);
    --size_;
  }
  void pop_back() {
    assert(!empty());
    std::destroy_at(slot(size_ - 1));
    --size_;
  }

  // Puts an element before element i; i == size() appends. Moves the elements on the shorter side.
  void insert(std::size_t i, T value);

  // Removes element i. Requires i < size(). Moves the elements on the shorter side.
  void erase(std::size_t i);

  // Removes all elements; frees the storage if it is larger than kKeptCapacity.
  void clear() {
    while (!empty()) pop_back();
    if (capacity_ > kKeptCapacity) release();
  }

  // Removes all elements and frees the storage.
  void release() {
    while (!empty()) pop_back();
    if (slots_ != nullptr) std::allocator<T>().deallocate(slots_, capacity_);
    slots_ = nullptr;
    capacity_ = 0;
    head_ = 0;
  }

 private:
  static constexpr std::uint32_t kFirstCapacity = 2;  // an idle connection holds several rings

  // Where element i is, or would be.
  T* slot(std::size_t i) const { return slots_ + ((head_ + i) & (capacity_ - 1)); }

  // Doubles the storage; the elements move to its beginning.
  void grow();

  void swap(Ring& other) noexcept {
    std::swap(slots_, other.slots_);
    std::swap(capacity_, other.capacity_);
    std::swap(head_, other.head_);
    std::swap(size_, other.size_);
  }

  // 32 bits each, because a connection holds several rings.
  T* slots_ = nullptr;  // capacity_ places, of which size_ hold an object
  std::uint32_t capacity_ = 0;
  std::uint32_t head_ = 0;  // the slot of element 0
  std::uint32_t size_ = 0;
};

template <typename T>
void Ring<T>::insert(std::size_t i, T value) {
  assert(i <= size_);
  if (size_ == capacity_) grow();
  if (i >= size_ / 2) {
    push_back(std::move(value));
    for (std::size_t j = size_ - 1; j > i; --j) std::swap(*slot(j), *slot(j - 1));
    return;
  }
  head_ = (head_ - 1) & (capacity_ - 1);
  std::construct_at(slot(0), std::move(value));
  ++size_;
  for (std::size_t j = 0; j < i; ++j) std::swap(*slot(j), *slot(j + 1));
}

template <typename T>
void Ring<T>::erase(std::size_t i) {
  assert(i < size_);
  if (i >= size_ / 2) {
    for (std::size_t j = i; j + 1 < size_; ++j) *slot(j) = std::move(*slot(j + 1));
    pop_back();
    return;
  }
  for (std::size_t j = i; j > 0; --j) *slot(j) = std::move(*slot(j - 1));
  pop_front();
}

template <typename T>
void Ring<T>::grow() {
  const std::uint32_t capacity = capacity_ == 0 ? kFirstCapacity : 2 * capacity_;
  T* const slots = std::allocator<T>().allocate(capacity);
  const std::uint32_t size = size_;
  for (std::uint32_t i = 0; i < size; ++i) std::construct_at(slots + i, std::move((*this)[i]));
  release();
  slots_ = slots;
  capacity_ = capacity;
  size_ = size;
}

}  // namespace tcpstack::base
