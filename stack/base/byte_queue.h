// A stream of bytes in pooled blocks, written at one end and read at the other.
//
// Each byte is copied in once and out once, and never moved in between. Growing adds a block; reading to the end of
// a block gives it back. An empty queue holds no block, and a queue that was never written to is two pointers.
// Bytes that never change need no copy: their owner then lends whole blocks to the queue.
//
// Bytes may also be written ahead of the end, leaving a hole. They take their place at once, but can be read only
// when the hole is filled and extend() is called. The queue does not remember where the holes are (see RangeSet for
// that).
//
//        front           size()                 written ahead
//          |  readable     |  hole  |  written  |
//   [ block ][ block ][ block ][ null ][ block ]
#pragma once

#include <cstddef>
#include <cstdint>

#include "stack/base/block_pool.h"
#include "stack/base/bytes.h"
#include "stack/base/on_demand.h"
#include "stack/base/ring.h"

namespace tcpstack::base {

class ByteQueue {
 public:
  // An empty queue. `pool` must outlive it.
  explicit ByteQueue(BlockPool& pool);
  ~ByteQueue();

  // The source is left empty, as after clear().
  ByteQueue(ByteQueue&& other) noexcept;
  ByteQueue& operator=(ByteQueue&& other) noexcept;
  ByteQueue(const ByteQueue&) = delete;
  ByteQueue& operator=(const ByteQueue&) = delete;

  // The number of readable bytes, which follow one another from the front.
  std::size_t size() const { return stream_->size; }
  bool empty() const { return size() == 0; }

  // Adds readable bytes at the end: write_at(size(), bytes) and extend(bytes.size()).
  void append(Bytes bytes);

  // The same, without copying whole blocks of these bytes. Requires: they stay in their place, unchanged, until the
  // queue is destroyed.
  void append_constant(Bytes bytes);

  // Writes bytes `offset` bytes behind the front, perhaps beyond size(); this does not make them readable. A second
  // write to a place replaces its bytes; the place must not be constant. Takes memory for the written blocks, none
  // for those of a hole.
  void write_at(std::size_t offset, Bytes bytes);

  // Makes the `n` bytes behind size() readable. Requires that all of them have been written.
  void extend(std::size_t n);

  // Copies readable bytes from `offset` on into `out`, as many as fit. Returns their number; 0 when offset >=
  // size().
  std::size_t peek(std::size_t offset, MutableBytes out) const;

  // Copies bytes from the front into `out` and discards them. Returns their number.
  std::size_t read(MutableBytes out);

  // Removes `n` bytes at the front and gives back the used-up blocks. Requires n <= size(). Bytes written ahead
  // stay; their offset is smaller by n.
  void discard(std::size_t n);

  // Appends to `out` views of the readable bytes [offset, offset + n). Returns the number of bytes that they show:
  // less than n only if `out` is full or the queue ends. One view covers constant bytes that are also adjacent in
  // memory. The views are valid until these bytes are discarded or written again, or the queue is cleared or
  // destroyed.
  std::size_t gather(std::size_t offset, std::size_t n, Spans& out) const;

  // Drops all bytes, also those written ahead, and gives back all blocks.
  void clear();

  // The number of blocks from the pool, without those that are lent to the queue.
  std::size_t blocks() const { return stream_->held; }

 private:
  static constexpr std::size_t kBlockSize = BlockPool::kBlockSize;

  struct Block {
    const std::uint8_t* bytes = nullptr;  // null: nothing written there yet
    std::uint8_t* own = nullptr;          // the same if it is from the pool; null: lent
  };

  struct Stream {
    Ring<Block> blocks;
    std::uint32_t head = 0;     // offset of the front in the first block; < kBlockSize
    std::uint32_t size = 0;     // readable bytes
    std::uint32_t written = 0;  // from the front to the last written byte; >= size
    std::uint32_t held = 0;     // blocks from the pool
  };

  // Makes the ring long enough for `n` bytes from the front, with null for blocks not yet needed.
  Stream& reach(std::size_t n);

  // The block at this place of the ring, taken from the pool if there was none.
  std::uint8_t* block_for_writing(Stream& stream, std::size_t index);

  // Calls fn(Bytes, bool is_constant) for each stretch of [offset, offset + n) within one block, until fn returns
  // false. Requires that the range is readable.
  template <typename Fn>
  void for_each_stretch(std::size_t offset, std::size_t n, Fn fn) const;

  // Gives back the first block.
  void drop_front_block(Stream& stream);

  BlockPool* pool_;
  OnDemand<Stream> stream_;
};

}  // namespace tcpstack::base
