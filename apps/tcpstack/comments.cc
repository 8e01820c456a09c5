#include "apps/tcpstack/comments.h"

#include <utility>

namespace tcpstack::app {
namespace {

// Lines that wait for a packet of their connection, at most. Beyond it the oldest is dropped: its connection sent
// nothing.
constexpr std::size_t kWaiting = 256;

bool ends_in_silence(const Line& line) {
  return line.kind == LineKind::transition && line.from == tcp::State::TIME_WAIT;
}

}  // namespace

void Comments::line(const Line& line) {
  switch (line.kind) {
    case LineKind::segment_in: begin(InHand::received, line); return;
    case LineKind::segment_out: begin_sent(line); return;
    case LineKind::drop: add(line); return;
    case LineKind::transition:
    case LineKind::alarm:
    case LineKind::note: break;
  }
  if (in_hand_ != InHand::nothing || !line.has_connection()) {
    add(line);
  } else if (ends_in_silence(line)) {
    forget(line);
  } else {
    wait(line);
  }
}

std::vector<std::string> Comments::take_received() {
  // A packet without a segment (ICMP, or unreadable) has begun without a line.
  return in_hand_ == InHand::sent ? std::vector<std::string>{} : take();
}

// The packet itself shows the segment, so the first comment has only its reason.
void Comments::begin(InHand in_hand, const Line& line) {
  in_hand_ = in_hand;
  comments_.clear();
  Line reason = line;
  reason.what.clear();
  add(reason);
}

void Comments::begin_sent(const Line& line) {
  begin(InHand::sent, line);
  std::vector<std::string> before;
  for (const Waiting& each : waiting_) {
    if (each.is_of(line)) before.push_back(each.comment);
  }
  comments_.insert(comments_.begin(), before.begin(), before.end());
  forget(line);
}

void Comments::add(const Line& line) {
  std::string comment = to_sentence(line);
  if (!comment.empty()) comments_.push_back(std::move(comment));
}

void Comments::wait(const Line& line) {
  if (waiting_.size() == kWaiting) waiting_.pop_front();
  waiting_.push_back({line.local, line.remote, to_sentence(line)});
}

void Comments::forget(const Line& line) {
  std::erase_if(waiting_, [&](const Waiting& each) { return each.is_of(line); });
}

std::vector<std::string> Comments::take() {
  in_hand_ = InHand::nothing;
  return std::exchange(comments_, {});
}

}  // namespace tcpstack::app
