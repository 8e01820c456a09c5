#include "stack/tcp/loss/sent.h"

#include <cassert>

namespace tcpstack::tcp {

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
