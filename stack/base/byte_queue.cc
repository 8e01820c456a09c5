// A place is counted from the start of the first block: offset 0 is at place head_, and place p is
// byte p % kBlockSize of block p / kBlockSize.
#include "stack/base/byte_queue.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace tcpstack::base {

ByteQueue::ByteQueue(BlockPool& pool) : pool_(&pool) {}

ByteQueue::~ByteQueue() { clear(); }

ByteQueue::ByteQueue(ByteQueue&& other) noexcept
    : pool_(other.pool_),
      blocks_(std::move(other.blocks_)),
      head_(std::exchange(other.head_, 0)),
      size_(std::exchange(other.size_, 0)),
      written_(std::exchange(other.written_, 0)),
      held_(std::exchange(other.held_, 0)) {}

ByteQueue& ByteQueue::operator=(ByteQueue&& other) noexcept {
  if (this == &other) return *this;
  clear();
  pool_ = other.pool_;
  blocks_ = std::move(other.blocks_);
  head_ = std::exchange(other.head_, 0);
  size_ = std::exchange(other.size_, 0);
  written_ = std::exchange(other.written_, 0);
  held_ = std::exchange(other.held_, 0);
  return *this;
}

void ByteQueue::append(Bytes bytes) {
  write_at(size_, bytes);
  extend(bytes.size());
}

void ByteQueue::write_at(std::size_t offset, Bytes bytes) {
  if (bytes.empty()) return;
  reach(offset + bytes.size());
  std::size_t place = head_ + offset;
  while (!bytes.empty()) {
    const std::size_t in_block = place % kBlockSize;
    const std::size_t n = std::min(bytes.size(), kBlockSize - in_block);
    std::memcpy(block_for_writing(place / kBlockSize) + in_block, bytes.data(), n);
    bytes = bytes.subspan(n);
    place += n;
  }
}

void ByteQueue::extend(std::size_t n) {
  assert(size_ + n <= written_);
  size_ += static_cast<std::uint32_t>(n);
}

std::size_t ByteQueue::peek(std::size_t offset, MutableBytes out) const {
  const std::size_t n = offset < size_ ? std::min(size() - offset, out.size()) : 0;
  std::uint8_t* to = out.data();
  for_each_stretch(offset, n, [&to](Bytes stretch) {
    std::memcpy(to, stretch.data(), stretch.size());
    to += stretch.size();
    return true;
  });
  return n;
}

std::size_t ByteQueue::read(MutableBytes out) {
  const std::size_t n = peek(0, out);
  discard(n);
  return n;
}

void ByteQueue::discard(std::size_t n) {
  assert(n <= size_);
  size_ -= static_cast<std::uint32_t>(n);
  written_ -= static_cast<std::uint32_t>(n);
  std::size_t head = head_ + n;
  for (; head >= kBlockSize; head -= kBlockSize) drop_front_block();
  head_ = static_cast<std::uint32_t>(head);
  if (written_ == 0) clear();
}

std::size_t ByteQueue::gather(std::size_t offset, std::size_t n, Spans& out) const {
  n = offset < size_ ? std::min(size() - offset, n) : 0;
  std::size_t gathered = 0;
  for_each_stretch(offset, n, [&out, &gathered](Bytes stretch) {
    if (out.size() == Spans::static_capacity) return false;
    out.push_back(stretch);
    gathered += stretch.size();
    return true;
  });
  return gathered;
}

// The ring keeps its storage, 2 bytes for each KiB the queue has ever held: a stream that fills
// and empties the queue again and again must not allocate each time.
void ByteQueue::clear() {
  while (!blocks_.empty()) drop_front_block();
  head_ = 0;
  size_ = 0;
  written_ = 0;
}

void ByteQueue::reach(std::size_t n) {
  written_ = std::max(written_, static_cast<std::uint32_t>(n));
  const std::size_t needed = (head_ + n + kBlockSize - 1) / kBlockSize;
  while (blocks_.size() < needed) blocks_.push_back(nullptr);
}

std::uint8_t* ByteQueue::block_for_writing(std::size_t index) {
  std::uint8_t*& block = blocks_[index];
  if (block == nullptr) {
    block = pool_->take();
    ++held_;
  }
  return block;
}

template <typename Fn>
void ByteQueue::for_each_stretch(std::size_t offset, std::size_t n, Fn fn) const {
  std::size_t place = head_ + offset;
  while (n > 0) {
    const std::size_t in_block = place % kBlockSize;
    const std::size_t length = std::min(n, kBlockSize - in_block);
    if (!fn(Bytes(blocks_[place / kBlockSize] + in_block, length))) return;
    place += length;
    n -= length;
  }
}

void ByteQueue::drop_front_block() {
  if (blocks_.front() != nullptr) {
    pool_->give_back(blocks_.front());
    --held_;
  }
  blocks_.pop_front();
}

}  // namespace tcpstack::base
