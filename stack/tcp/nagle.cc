#include "stack/tcp/nagle.h"

#include <algorithm>

namespace tcpstack::tcp {

std::uint32_t usable_window(const Tcb& tcb) {
  const Seq right_edge = tcb.snd.una + tcb.snd.wnd;
  // MUST-34: a window that has shrunk makes it 0, not negative.
  return right_edge > tcb.snd.nxt ? distance(tcb.snd.nxt, right_edge) : 0;
}

bool is_worth_sending(const Tcb& tcb, std::uint32_t queued, std::uint32_t usable,
                      std::uint32_t mss) {
  // (1) a maximum-sized segment can be sent: min(D,U) >= Eff.snd.MSS
  if (std::min(queued, usable) >= mss) return true;
  // (2) everything that waits can be sent, and Nagle has no objection: SND.NXT = SND.UNA
  const bool idle = tcb.snd.nxt == tcb.snd.una;
  if (queued <= usable && (idle || !tcb.options.nagle)) return true;
  // (3) at least a fraction Fs = 1/2 of the largest window: min(D,U) >= Fs * Max(SND.WND)
  return (idle || !tcb.options.nagle) &&
         std::min(queued, usable) >= std::max(tcb.snd.max_wnd / 2, 1U);
  // (4), the override timeout, is the persist timer.
}

}  // namespace tcpstack::tcp
