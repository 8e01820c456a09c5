#include "stack/tcp/loss/duplicate_acks.h"

#include <algorithm>

namespace tcpstack::tcp {

namespace {

// The size of the segment that the next duplicate stands for; 0: there is none. What the last ones stood for may be in
// larger segments since, or acknowledged in part.
std::uint32_t next_segment_size(const DuplicateAcks& duplicates, const Flight& flight) {
  if (duplicates.count + 1 >= flight.segments()) return 0;
  const std::uint32_t offset = flight.segment_at(0) + duplicates.bytes;
  const std::uint32_t in_flight = flight.pipe() + flight.sacked() + flight.lost();
  return offset < in_flight ? flight.segment_at(offset) : 0;
}

// The mean size of the segments that an ACK covers.
std::uint32_t mean_size(const AckNews& news) { return news.advanced / std::max(news.segments, 1U); }

}  // namespace

// "The change in SND.UNA, minus 1 SMSS for each preceding duplicate ACK" (RFC 9937 section 6.2). Linux: at least one
// segment, since one of them was missing.
std::uint32_t DuplicateAcks::delivered(const AckNews& news, const Flight& flight) const {
  if (news.duplicate) return next_segment_size(*this, flight);
  const std::uint32_t told = std::min(bytes, news.delivered());
  return std::max(news.delivered() - told, mean_size(news));
}

void DuplicateAcks::another(const Flight& flight) {
  const std::uint32_t size = next_segment_size(*this, flight);
  if (size == 0) return;
  ++count;
  bytes += size;
}

void DuplicateAcks::take_back(const AckNews& news) {
  const unsigned arrived_before = std::max(news.segments, 1U) - 1;
  count -= std::min(count, arrived_before);
  bytes -= count == 0 ? bytes : std::min(bytes, news.advanced - mean_size(news));
}

}  // namespace tcpstack::tcp
