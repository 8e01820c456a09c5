// A place is counted from the start of the first block: offset 0 is at place head, and place p is
// byte p % kBlockSize of block p / kBlockSize.
#include "stack/base/byte_queue.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <memory>
#include <utility>

namespace tcpstack::base {

ByteQueue::ByteQueue(BlockPool& pool) : pool_(&pool) {}

ByteQueue::~ByteQueue() { clear(); }

ByteQueue::ByteQueue(ByteQueue&& other) noexcept = default;

ByteQueue& ByteQueue::operator=(ByteQueue&& other) noexcept {
  if (this == &other) return *this;
  clear();
  pool_ = other.pool_;
  stream_ = std::move(other.stream_);
  return *this;
}

void ByteQueue::append(Bytes bytes) {
  write_at(size(), bytes);
  extend(bytes.size());
}

void ByteQueue::append_constant(Bytes bytes) {
  while (!bytes.empty()) {
    const std::size_t place = stream_->head + size();
    const std::size_t n = std::min(bytes.size(), kBlockSize - place % kBlockSize);
    if (n < kBlockSize) {
      append(bytes.first(n));
    } else {
      reach(size() + n).blocks[place / kBlockSize] = {.bytes = bytes.data(), .own = nullptr};
      extend(n);
    }
    bytes = bytes.subspan(n);
  }
}

void ByteQueue::write_at(std::size_t offset, Bytes bytes) {
  if (bytes.empty()) return;
  Stream& stream = reach(offset + bytes.size());
  std::size_t place = stream.head + offset;
  while (!bytes.empty()) {
    const std::size_t in_block = place % kBlockSize;
    const std::size_t n = std::min(bytes.size(), kBlockSize - in_block);
    std::memcpy(block_for_writing(stream, place / kBlockSize) + in_block, bytes.data(), n);
    bytes = bytes.subspan(n);
    place += n;
  }
}

void ByteQueue::extend(std::size_t n) {
  assert(size() + n <= stream_->written);
  if (n > 0) stream_.make().size += static_cast<std::uint32_t>(n);
}

std::size_t ByteQueue::peek(std::size_t offset, MutableBytes out) const {
  const std::size_t n = offset < size() ? std::min(size() - offset, out.size()) : 0;
  std::uint8_t* to = out.data();
  for_each_stretch(offset, n, [&to](Bytes stretch, bool) {
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
  assert(n <= size());
  if (!stream_.is_made()) return;
  Stream& stream = stream_.make();
  stream.size -= static_cast<std::uint32_t>(n);
  stream.written -= static_cast<std::uint32_t>(n);
  std::size_t head = stream.head + n;
  for (; head >= kBlockSize; head -= kBlockSize) drop_front_block(stream);
  stream.head = static_cast<std::uint32_t>(head);
  if (stream.written == 0) clear();
}

std::size_t ByteQueue::gather(std::size_t offset, std::size_t n, Spans& out) const {
  n = offset < size() ? std::min(size() - offset, n) : 0;
  std::size_t gathered = 0;
  bool after_constant = false;
  for_each_stretch(offset, n, [&](Bytes stretch, bool is_constant) {
    if (after_constant && is_constant && std::to_address(out.back().end()) == stretch.data()) {
      out.back() = {out.back().data(), out.back().size() + stretch.size()};
    } else if (out.size() < Spans::static_capacity) {
      out.push_back(stretch);
    } else {
      return false;
    }
    after_constant = is_constant;
    gathered += stretch.size();
    return true;
  });
  return gathered;
}

// The ring keeps its storage, 4 bytes for each KiB that the queue has ever held: a stream that fills and empties
// the queue repeatedly must not allocate each time.
void ByteQueue::clear() {
  if (!stream_.is_made()) return;
  Stream& stream = stream_.make();
  while (!stream.blocks.empty()) drop_front_block(stream);
  stream.head = 0;
  stream.size = 0;
  stream.written = 0;
}

ByteQueue::Stream& ByteQueue::reach(std::size_t n) {
  Stream& stream = stream_.make();
  stream.written = std::max(stream.written, static_cast<std::uint32_t>(n));
  const std::size_t needed = (stream.head + n + kBlockSize - 1) / kBlockSize;
  while (stream.blocks.size() < needed) stream.blocks.push_back({});
  return stream;
}

std::uint8_t* ByteQueue::block_for_writing(Stream& stream, std::size_t index) {
  Block& block = stream.blocks[index];
  if (block.bytes == nullptr) {
    block.own = pool_->take();
    block.bytes = block.own;
    ++stream.held;
  }
  assert(block.own != nullptr);
  return block.own;
}

template <typename Fn>
void ByteQueue::for_each_stretch(std::size_t offset, std::size_t n, Fn fn) const {
  const Stream& stream = *stream_;
  std::size_t place = stream.head + offset;
  while (n > 0) {
    const std::size_t in_block = place % kBlockSize;
    const std::size_t length = std::min(n, kBlockSize - in_block);
    const Block& block = stream.blocks[place / kBlockSize];
    if (!fn(Bytes(block.bytes + in_block, length), block.own == nullptr)) return;
    place += length;
    n -= length;
  }
}

void ByteQueue::drop_front_block(Stream& stream) {
  if (stream.blocks.front().own != nullptr) {
    pool_->give_back(stream.blocks.front().own);
    --stream.held;
  }
  stream.blocks.pop_front();
}

}  // namespace tcpstack::base
