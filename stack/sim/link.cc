// See link.h.
#include "stack/sim/link.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace tcpstack::sim {

bool Link::send(Packet packet, Time now) {
  ++figures_.sent;
  const Time off_line = std::max(now, line_free_) + time_on_line(packet.bytes.size());
  const Fate fate = impairment_.decide(packet.bytes, off_line);
  if (is_full(now)) {
    ++figures_.queue_full;
    return false;
  }
  line_free_ = off_line;
  leave_queue_.push_back(line_free_);
  if (fate.copies == 0) ++figures_.lost;
  Time arrival = std::max(line_free_ + options_.delay + fate.jitter, last_arrival_);
  if (fate.held_back == Duration::zero()) last_arrival_ = arrival;
  arrival += fate.held_back + packet.detour;
  for (unsigned i = 0; i < fate.copies; ++i) on_its_way_.emplace(arrival, packet);
  return fate.copies > 0 && !fate.corrupted;
}

std::optional<Time> Link::next_arrival() const {
  if (on_its_way_.empty()) return std::nullopt;
  return on_its_way_.begin()->first;
}

Packet Link::take() {
  assert(!on_its_way_.empty());
  return std::move(on_its_way_.extract(on_its_way_.begin()).mapped());
}

// Rounded up to a microsecond: the line is never faster than it claims.
Duration Link::time_on_line(std::size_t size) const {
  if (options_.rate == 0) return Duration::zero();
  const std::uint64_t bits = size * 8;
  return Duration((bits * 1'000'000 + options_.rate - 1) / options_.rate);
}

bool Link::is_full(Time now) {
  while (!leave_queue_.empty() && leave_queue_.front() <= now) leave_queue_.pop_front();
  return leave_queue_.size() >= options_.queue;
}

}  // namespace tcpstack::sim
