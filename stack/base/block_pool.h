// Memory for payload in blocks of one size, so that taking and giving back is a push and a pop.
//
// The pool keeps returned blocks for the next taker, up to a limit, and frees the rest. Under AddressSanitizer a
// returned block is poisoned: a read of it is reported although its memory has not gone back to the system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tcpstack::base {

class BlockPool {
 public:
  static constexpr std::size_t kBlockSize = 4096;  // bytes

  // Keeps at most `max_cached_blocks` unused blocks (by default 16 MiB).
  explicit BlockPool(std::size_t max_cached_blocks = 4096);

  // Requires that every block has been given back.
  ~BlockPool();

  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  // A block of kBlockSize bytes, their values unspecified. Never null; throws std::bad_alloc.
  std::uint8_t* take();

  // Takes back a block that take() returned.
  void give_back(std::uint8_t* block);

  // The number of blocks taken and not given back.
  std::size_t in_use() const { return in_use_; }

  // The number of unused blocks kept.
  std::size_t cached() const { return cached_.size(); }

 private:
  const std::size_t max_cached_blocks_;
  std::size_t in_use_ = 0;
  std::vector<std::uint8_t*> cached_;
};

}  // namespace tcpstack::base
