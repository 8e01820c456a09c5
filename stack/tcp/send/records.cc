#include "stack/tcp/send/records.h"

#include <algorithm>

namespace tcpstack::tcp {

void end_record(Tcb& tcb) { tcb.record_ends.make().push_back(text_end(tcb)); }

std::uint32_t waiting_in_record(Tcb& tcb) {
  const std::uint32_t queued = distance(tcb.snd.nxt, text_end(tcb));
  if (!tcb.record_ends.is_made()) return queued;
  base::Ring<Seq>& ends = tcb.record_ends.make();
  while (!ends.empty() && ends.front() <= tcb.snd.nxt) ends.pop_front();
  return ends.empty() ? queued : std::min(queued, distance(tcb.snd.nxt, ends.front()));
}

bool is_end_of_record(const Tcb& tcb, Seq seq) {
  const base::Ring<Seq>& ends = *tcb.record_ends;
  return !ends.empty() && ends.front() == seq;
}

}  // namespace tcpstack::tcp
