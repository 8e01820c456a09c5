// Objects that are made and destroyed often, at addresses that never change, named by handles that
// can outlive them.
//
// A pointer kept too long points at freed memory, or worse, at its next tenant. A handle carries the generation of
// the slot that it names. Destroying the object ends the generation, and the handle then finds nothing. Objects lie
// in chunks that are never moved or freed, so a slab at its working size does not allocate.
//
// The slot freed last is used first. After 2^32 reuses of one slot a stale handle could become valid again.
#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace tcpstack::base {

// Names an object in a Slab, or nothing (the default, which no object ever has).
struct Handle {
  std::uint32_t index = 0xffffffff;
  std::uint32_t generation = 0;

  friend bool operator==(Handle, Handle) = default;
};

template <typename T>
class Slab {
 public:
  Slab() = default;
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;

  // Constructs an object from `args`. It stays at its address until it is erased.
  template <typename... Args>
  Handle emplace(Args&&... args);

  // The object named by `handle`, or null if it was erased or never existed.
  T* find(Handle handle) {
    Slot* const slot = slot_of(handle);
    return slot == nullptr ? nullptr : &*slot->object;
  }
  const T* find(Handle handle) const {
    const Slot* const slot = slot_of(handle);
    return slot == nullptr ? nullptr : &*slot->object;
  }

  // Destroys the object named by `handle`. A stale handle has no effect.
  void erase(Handle handle);

  // The number of objects.
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Calls fn(T&) or fn(Handle, T&) for every object in the order of their indices. `fn` may erase
  // objects; one that it adds may or may not be visited.
  template <typename Fn>
  void for_each(Fn&& fn) {
    for (std::uint32_t i = 0; i < slots_used_; ++i) visit(fn, i, slot_at(i));
  }
  template <typename Fn>
  void for_each(Fn&& fn) const {
    for (std::uint32_t i = 0; i < slots_used_; ++i) visit(fn, i, std::as_const(slot_at(i)));
  }

 private:
  static constexpr std::uint32_t kChunkSlots = 64;
  static constexpr std::uint32_t kNoSlot = 0xffffffff;

  struct Slot {
    std::optional<T> object;
    std::uint32_t generation = 0;  // of the present object, or else of the next one
    std::uint32_t next_free = kNoSlot;
  };

  Slot& slot_at(std::uint32_t index) const {
    return chunks_[index / kChunkSlots][index % kChunkSlots];
  }

  // The slot that holds the object named by `handle`, or null.
  Slot* slot_of(Handle handle) const {
    if (handle.index >= slots_used_) return nullptr;
    Slot& slot = slot_at(handle.index);
    return slot.object && slot.generation == handle.generation ? &slot : nullptr;
  }

  // The index of an empty slot: the one freed last, or a new one.
  std::uint32_t take_slot();

  template <typename Fn, typename MaybeConstSlot>
  static void visit(Fn& fn, std::uint32_t index, MaybeConstSlot& slot) {
    if (!slot.object) return;
    if constexpr (std::invocable<Fn&, Handle, decltype(*slot.object)>) {
      fn(Handle{index, slot.generation}, *slot.object);
    } else {
      fn(*slot.object);
    }
  }

  std::vector<std::unique_ptr<Slot[]>> chunks_;
  std::uint32_t slots_used_ = 0;  // slots below this have held an object
  std::uint32_t first_free_ = kNoSlot;
  std::size_t size_ = 0;
};

template <typename T>
template <typename... Args>
Handle Slab<T>::emplace(Args&&... args) {
  const std::uint32_t index = take_slot();
  Slot& slot = slot_at(index);
  slot.object.emplace(std::forward<Args>(args)...);
  ++size_;
  return Handle{index, slot.generation};
}

template <typename T>
void Slab<T>::erase(Handle handle) {
  Slot* const slot = slot_of(handle);
  if (slot == nullptr) return;
  slot->object.reset();
  ++slot->generation;
  slot->next_free = first_free_;
  first_free_ = handle.index;
  --size_;
}

template <typename T>
std::uint32_t Slab<T>::take_slot() {
  if (first_free_ != kNoSlot) {
    return std::exchange(first_free_, slot_at(first_free_).next_free);
  }
  assert(slots_used_ < kNoSlot);
  if (slots_used_ % kChunkSlots == 0) chunks_.push_back(std::make_unique<Slot[]>(kChunkSlots));
  return slots_used_++;
}

}  // namespace tcpstack::base
