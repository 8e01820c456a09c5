#include "tests/alloc/allocations.h"

#include <cstdlib>
#include <new>

#include <malloc.h>

namespace {

std::size_t count = 0;
std::size_t held = 0;

void* taken(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  ++count;
  held += ::malloc_usable_size(memory);
  return memory;
}

void give_back(void* memory) {
  held -= ::malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

std::size_t tcpstack::test::allocations() { return count; }
std::size_t tcpstack::test::held_bytes() { return held; }

// The nothrow forms of the standard library call these. So do its array forms, but not the sanitizers'.
void* operator new(std::size_t size) { return taken(std::malloc(size)); }
void* operator new[](std::size_t size) { return operator new(size); }

void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto a = static_cast<std::size_t>(alignment);
  return taken(std::aligned_alloc(a, (size + a - 1) / a * a));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return operator new(size, alignment);
}

void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { give_back(memory); }
void operator delete[](void* memory) noexcept { give_back(memory); }
void operator delete[](void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { give_back(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { give_back(memory); }
