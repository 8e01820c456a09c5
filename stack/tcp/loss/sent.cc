#include "stack/tcp/loss/sent.h"

#include <cassert>

namespace tcpstack::tcp {

Sent* first_lost(SentRing& sent) {
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (sent[i].lost) return &sent[i];
  }
  return nullptr;
}

std::size_t index_of(const SentRing& sent, Seq seq) {
  std::size_t first = 0;
  std::size_t count = sent.size();
  while (count > 0) {
    const std::size_t half = count / 2;
    if (sent[first + half].end() <= seq) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first < sent.size() && sent[first].seq <= seq ? first : sent.size();
}

void split(SentRing& sent, std::size_t index, Seq end) {
  Sent tail = sent[index];
  assert(tail.seq < end && end < tail.end());
  sent[index].len = distance(tail.seq, end);
  sent[index].fin = false;
  sent[index].pushed = false;
  tail.len = distance(end, tail.end());
  tail.seq = end;
  tail.syn = false;
  sent.insert(index + 1, tail);
}

}  // namespace tcpstack::tcp
