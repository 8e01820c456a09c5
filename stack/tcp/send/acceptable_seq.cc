#include "stack/tcp/send/acceptable_seq.h"

namespace tcpstack::tcp {

bool is_probing(const Tcb& tcb) {
  return tcb.snd.wnd == 0 && distance(tcb.snd.una, tcb.snd.nxt) == 1;
}

Seq farthest_edge(const Tcb& tcb) {
  const std::uint32_t rounded = tcb.snd.wnd == 0 ? 0 : (1U << tcb.snd.wind_shift) - 1;
  return tcb.snd.una + tcb.snd.wnd + rounded;
}

Seq acceptable_seq(const Tcb& tcb) {
  // Our SYN needs no room in the window.
  const Seq left = is_syn_out(tcb) ? tcb.snd.iss + 1 : tcb.snd.una;
  const Seq right = left + tcb.snd.wnd;
  if (tcb.snd.nxt <= right) return tcb.snd.nxt;
  // A scaled window is rounded down, each time anew: an earlier one reached up to a unit farther, and the peer may have
  // taken text up to there.
  const bool is_rounded = distance(right, tcb.snd.nxt) < 1U << tcb.snd.wind_shift;
  return is_rounded && !is_probing(tcb) ? tcb.snd.nxt : right;
}

}  // namespace tcpstack::tcp
