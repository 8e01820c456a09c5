// Unused blocks wait on a stack: the block given back last is most likely to be in the processor's cache. The stack
// is a vector of its own, not links within the blocks, so that a whole block can be poisoned.
#include "stack/base/block_pool.h"

#include <cassert>
#include <new>

#include <sanitizer/asan_interface.h>

namespace tcpstack::base {

BlockPool::BlockPool(std::size_t max_cached_blocks) : max_cached_blocks_(max_cached_blocks) {}

BlockPool::~BlockPool() {
  assert(in_use_ == 0);
  for (std::uint8_t* block : cached_) ::operator delete(block);
}

std::uint8_t* BlockPool::take() {
  if (cached_.empty()) {
    auto* const fresh = static_cast<std::uint8_t*>(::operator new(kBlockSize));
    ++in_use_;
    return fresh;
  }
  std::uint8_t* const block = cached_.back();
  cached_.pop_back();
  ++in_use_;
  ASAN_UNPOISON_MEMORY_REGION(block, kBlockSize);
  return block;
}

void BlockPool::give_back(std::uint8_t* block) {
  assert(block != nullptr && in_use_ > 0);
  --in_use_;
  if (cached_.size() == max_cached_blocks_) {
    ::operator delete(block);
    return;
  }
  ASAN_POISON_MEMORY_REGION(block, kBlockSize);
  cached_.push_back(block);
}

}  // namespace tcpstack::base
