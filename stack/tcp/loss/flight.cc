#include "stack/tcp/loss/flight.h"

#include <algorithm>
#include <cassert>

namespace tcpstack::tcp {

void Flight::count(const Sent& record) {
  segments_ += record.segments();
  if (record.sacked) sacked_segments_ += record.segments();
}

void Flight::discount(const Sent& record) {
  segments_ -= record.segments();
  if (record.sacked) sacked_segments_ -= record.segments();
}

std::size_t Flight::index_of(Seq seq) const {
  std::size_t first = 0;
  std::size_t count = size();
  while (count > 0) {
    const std::size_t half = count / 2;
    if (records_[first + half].end() <= seq) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first < size() && records_[first].seq <= seq ? first : size();
}

std::size_t Flight::first_lost() const {
  std::size_t i = 0;
  while (i < size() && !records_[i].lost) ++i;
  return i;
}

std::uint32_t Flight::segment_at(std::uint32_t offset) const {
  const Sent& record = records_[index_of(front().seq + offset)];
  const std::uint32_t inside = distance(record.seq, front().seq + offset);
  if (record.segments() == 1) return record.len - inside;
  return std::min(record.segment_size - inside % record.segment_size, record.len - inside);
}

Sent& Flight::sent(const Sent& record) {
  assert(empty() || back().end() == record.seq);
  assert(record.in_flight());
  records_.push_back(record);
  pipe_ += record.len;
  count(record);
  return records_.back();
}

Sent& Flight::sent_again(Seq seq, std::uint32_t len, Time now) {
  const std::size_t i = index_of(seq);
  assert(i < size() && records_[i].seq == seq);
  if (len < records_[i].len) cut(i, seq + len);
  Sent& record = records_[i];
  if (record.lost) pipe_ += record.len;
  record.lost = false;
  record.sent_at = now;
  if (record.transmissions < 0xff) ++record.transmissions;
  return record;
}

void Flight::lose(std::size_t i) {
  Sent& record = records_[i];
  if (!record.in_flight()) return;
  pipe_ -= record.len;
  record.lost = true;
}

void Flight::sack(std::size_t i) {
  Sent& record = records_[i];
  assert(!record.sacked);
  if (record.in_flight()) pipe_ -= record.len;
  sacked_ += record.len;
  sacked_segments_ += record.segments();
  record.sacked = true;
  record.lost = false;
}

void Flight::pop_front() {
  if (front().in_flight()) pipe_ -= front().len;
  if (front().sacked) sacked_ -= front().len;
  discount(front());
  records_.pop_front();
}

void Flight::cut(std::size_t i, Seq end) {
  discount(records_[i]);
  const Sent rest = tcp::cut(records_[i], end);
  count(records_[i]);
  count(rest);
  records_.insert(i + 1, rest);
}

void Flight::join_lost() {
  for (std::size_t i = 0; i + 1 < size();) {
    Sent& record = records_[i];
    const Sent& next = records_[i + 1];
    if (!record.lost || !next.lost || record.syn || record.fin) {
      ++i;
      continue;
    }
    discount(record);
    discount(next);
    if (record.segment_size == 0)
      record.segment_size = static_cast<std::uint16_t>(record.text_size());
    record.len += next.len;
    record.fin = next.fin;
    record.pushed = next.pushed;
    record.transmissions = std::max(record.transmissions, next.transmissions);
    count(record);
    records_.erase(i + 1);
  }
}

const Sent& Flight::first_segment(std::uint32_t smss) {
  if (front().text_size() > smss) cut(0, front().seq + smss);
  return front();
}

const Sent& Flight::last_segment(std::uint32_t smss) {
  if (back().text_size() > smss) cut(size() - 1, back().end() - smss);
  return back();
}

void Flight::forget_sacks() {
  for (std::size_t i = 0; i < size(); ++i) {
    Sent& record = records_[i];
    if (record.sacked) record.lost = true;
    record.sacked = false;
  }
  sacked_ = 0;
  sacked_segments_ = 0;
}

void Flight::revive_all() {
  for (std::size_t i = 0; i < size(); ++i) records_[i].lost = false;
  pipe_ = total() - sacked_;
}

void Flight::clear() {
  records_.clear();
  pipe_ = 0;
  sacked_ = 0;
  segments_ = 0;
  sacked_segments_ = 0;
}

void Flight::check([[maybe_unused]] Seq una, [[maybe_unused]] Seq nxt) const {
#ifndef NDEBUG
  std::uint32_t in_pipe = 0;
  std::uint32_t at_peer = 0;
  std::uint32_t segments = 0;
  std::uint32_t segments_at_peer = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    const Sent& record = records_[i];
    assert(record.seq == una && record.len > 0);
    assert(!record.sacked || !record.lost);
    if (record.in_flight()) in_pipe += record.len;
    if (record.sacked) at_peer += record.len;
    segments += record.segments();
    if (record.sacked) segments_at_peer += record.segments();
    una = record.end();
  }
  assert(una == nxt);
  assert(in_pipe == pipe_ && at_peer == sacked_);
  assert(segments == segments_ && segments_at_peer == sacked_segments_);
#endif
}

}  // namespace tcpstack::tcp
