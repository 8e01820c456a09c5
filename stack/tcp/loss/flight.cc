#include "stack/tcp/loss/flight.h"

#include <algorithm>
#include <cassert>
#include <vector>

namespace tcpstack::tcp {

namespace {

bool is_original_in_flight(const Sent& record) {
  return record.in_flight() && !record.retransmitted();
}

}  // namespace

void Flight::count(const Sent& record) {
  segments_ += record.segments();
  if (record.sacked) disorder().sacked_segments += record.segments();
}

void Flight::discount(const Sent& record) {
  segments_ -= record.segments();
  if (record.sacked) disorder().sacked_segments -= record.segments();
}

Disorder& Flight::disorder() {
  if (!disorder_.is_made()) disorder_.make().originals_from = front().seq;
  return *disorder_.get();
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
  const base::RangeSet<Seq>& given_up = disorder_->given_up;
  return given_up.empty() ? size() : index_of(given_up.front().begin);
}

std::size_t Flight::first_unsacked(std::size_t i) const {
  if (i >= size() || !records_[i].sacked) return i;
  return index_of(disorder_->at_peer.find(records_[i].seq)->end);
}

std::size_t Flight::oldest_original() {
  if (empty() || !disorder_.is_made()) return 0;
  Disorder& disorder = *disorder_.get();
  std::size_t i = index_of(later(disorder.originals_from, front().seq));
  while (i < size() && !is_original_in_flight(records_[i])) ++i;
  disorder.originals_from = i < size() ? records_[i].seq : back().end();
  return i;
}

// What was sent again may have arrived, in part or as a whole, or left a third time.
std::size_t Flight::oldest_repeat() {
  if (empty() || !disorder_.is_made()) return size();
  base::Ring<Repeat>& repeats = disorder_.get()->repeats;
  for (; !repeats.empty(); repeats.pop_front()) {
    const Repeat& oldest = repeats.front();
    std::size_t i = index_of(later(oldest.begin, front().seq));
    for (; i < size() && records_[i].seq < oldest.end; ++i) {
      if (records_[i].in_flight() && records_[i].sent_at == oldest.sent_at) return i;
    }
  }
  return size();
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
  if (record.lost) {
    pipe_ += record.len;
    disorder().given_up.erase(record.seq, record.end());
  }
  record.lost = false;
  record.sent_at = now;
  if (record.transmissions < 0xff) ++record.transmissions;
  oldest_repeat();  // forgets those that are out of date
  disorder().repeats.push_back({record.seq, record.end(), now});
  return record;
}

void Flight::lose(std::size_t i) {
  Sent& record = records_[i];
  if (!record.in_flight()) return;
  pipe_ -= record.len;
  record.lost = true;
  disorder().given_up.insert(record.seq, record.end());
}

void Flight::sack(std::size_t i) {
  Sent& record = records_[i];
  assert(!record.sacked);
  Disorder& at = disorder();
  if (record.in_flight()) pipe_ -= record.len;
  if (record.lost) at.given_up.erase(record.seq, record.end());
  at.sacked += record.len;
  at.sacked_segments += record.segments();
  at.at_peer.insert(record.seq, record.end());
  record.sacked = true;
  record.lost = false;
}

void Flight::pop_front() {
  const Sent& oldest = front();
  if (oldest.in_flight()) pipe_ -= oldest.len;
  discount(oldest);
  if (Disorder* const disorder = disorder_.get()) {
    if (oldest.sacked) disorder->sacked -= oldest.len;
    if (oldest.sacked) disorder->at_peer.erase(oldest.seq, oldest.end());
    if (oldest.lost) disorder->given_up.erase(oldest.seq, oldest.end());
    disorder->originals_from = later(disorder->originals_from, oldest.end());
  }
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
  if (empty()) return;
  Disorder& at = disorder();
  for (const auto& range : at.at_peer) at.given_up.insert(range.begin, range.end);
  at.at_peer.erase_all();
  at.sacked = 0;
  at.sacked_segments = 0;
}

void Flight::revive_all() {
  if (empty()) return;
  Disorder& at = disorder();
  at.originals_from = front().seq;
  at.given_up.erase_all();
  std::vector<Repeat> repeats;
  for (std::size_t i = 0; i < size(); ++i) {
    Sent& record = records_[i];
    record.lost = false;
    if (record.in_flight() && record.retransmitted())
      repeats.push_back({record.seq, record.end(), record.sent_at});
  }
  std::ranges::stable_sort(repeats, {}, &Repeat::sent_at);
  at.repeats.clear();
  for (const Repeat& repeat : repeats) at.repeats.push_back(repeat);
  pipe_ = total() - at.sacked;
}

void Flight::clear() {
  records_.clear();
  pipe_ = 0;
  segments_ = 0;
  disorder_.drop();
}

void Flight::release() {
  records_.release();
  disorder_.drop();
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
  assert(in_pipe == pipe_ && at_peer == sacked());
  assert(segments == segments_ && segments_at_peer == sacked_segments());
  check_indexes();
#endif
}

void Flight::check_indexes() const {
#ifndef NDEBUG
  std::uint32_t sacked_or_lost = 0;
  std::vector<bool> in_repeats(size(), false);
  for (std::size_t r = 0; r < disorder_->repeats.size() && !empty(); ++r) {
    const Repeat& repeat = disorder_->repeats[r];
    std::size_t i = index_of(later(repeat.begin, front().seq));
    for (; i < size() && records_[i].seq < repeat.end; ++i) {
      if (records_[i].sent_at == repeat.sent_at) in_repeats[i] = true;
    }
  }
  for (std::size_t i = 0; i < size(); ++i) {
    const Sent& record = records_[i];
    assert(record.sacked == disorder_->at_peer.overlaps(record.seq, record.end()));
    assert(record.lost == disorder_->given_up.overlaps(record.seq, record.end()));
    if (!record.in_flight()) sacked_or_lost += record.len;
    assert(!record.in_flight() || !record.retransmitted() || in_repeats[i]);
    assert(!disorder_.is_made() || !is_original_in_flight(record) ||
           record.seq >= disorder_->originals_from);
  }
  for (const base::RangeSet<Seq>* const set : {&disorder_->at_peer, &disorder_->given_up}) {
    for (const auto& range : *set) sacked_or_lost -= distance(range.begin, range.end);
  }
  assert(sacked_or_lost == 0);
#endif
}

}  // namespace tcpstack::tcp
