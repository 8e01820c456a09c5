#include "stack/tcp/send/replies.h"

namespace tcpstack::tcp {

void Replies::push(const Reply& reply) {
  if (size_ == kCapacity) return;
  ring_[(first_ + size_) % kCapacity] = reply;
  ++size_;
}

std::optional<Reply> Replies::pop() {
  if (size_ == 0) return std::nullopt;
  const Reply reply = ring_[first_];
  first_ = (first_ + 1) % kCapacity;
  --size_;
  return reply;
}

}  // namespace tcpstack::tcp
