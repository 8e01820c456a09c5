#include "stack/tcp/sent.h"

#include <cassert>

namespace tcpstack::tcp {

namespace {

void count(Acknowledged& acknowledged, const Sent& record) {
  acknowledged.bytes += record.len;
  acknowledged.fin |= record.fin;
  acknowledged.retransmitted |= record.retransmitted();
  acknowledged.newest_sent_at = record.sent_at;
}

}  // namespace

Acknowledged acknowledge(SentRing& sent, Seq ack) {
  Acknowledged acknowledged;
  while (!sent.empty() && sent.front().end() <= ack) {
    count(acknowledged, sent.front());
    sent.pop_front();
  }
  if (!sent.empty() && sent.front().seq < ack) {
    split(sent, 0, ack);
    count(acknowledged, sent.front());
    sent.pop_front();
  }
  return acknowledged;
}

Sent* first_lost(SentRing& sent) {
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (sent[i].lost) return &sent[i];
  }
  return nullptr;
}

void split(SentRing& sent, std::size_t index, Seq end) {
  Sent tail = sent[index];
  assert(tail.seq < end && end < tail.end());
  sent[index].len = distance(tail.seq, end);
  sent[index].fin = false;
  tail.len = distance(end, tail.end());
  tail.seq = end;
  tail.syn = false;
  sent.insert(index + 1, tail);
}

}  // namespace tcpstack::tcp
