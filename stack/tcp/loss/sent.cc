#include "stack/tcp/loss/sent.h"

#include <cassert>

namespace tcpstack::tcp {

Seq Sent::segment_begin_from(Seq s) const {
  if (segments() == 1) return end();
  const std::uint32_t before = (distance(seq, s) + segment_size - 1U) / segment_size;
  return before < segments() ? seq + before * segment_size : end();
}

Seq Sent::segment_end_to(Seq s) const {
  if (end() <= s) return end();
  if (segments() == 1) return seq;
  return seq + distance(seq, s) / segment_size * segment_size;
}

Sent cut(Sent& record, Seq end) {
  assert(record.seq < end && end < record.end());
  Sent rest = record;
  rest.len = distance(end, record.end());
  rest.seq = end;
  rest.syn = false;
  record.len = distance(record.seq, end);
  record.fin = false;
  record.pushed = false;
  return rest;
}

}  // namespace tcpstack::tcp
