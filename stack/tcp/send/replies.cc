#include "stack/tcp/send/replies.h"

namespace tcpstack::tcp {

bool Replies::push(const Reply& answer) {
  if (answers_ == kMostAnswers) return false;
  ++answers_;
  waiting_.push_back({answer, true});
  return true;
}

void Replies::push_reset_of_connection(const Reply& reset) { waiting_.push_back({reset, false}); }

std::optional<Reply> Replies::pop() {
  if (waiting_.empty()) return std::nullopt;
  const Waiting oldest = waiting_.front();
  waiting_.pop_front();
  if (oldest.is_answer) --answers_;
  // All connections at once leave a large ring behind.
  if (waiting_.empty() && waiting_.capacity() > kMostAnswers) waiting_.release();
  return oldest.reply;
}

}  // namespace tcpstack::tcp
