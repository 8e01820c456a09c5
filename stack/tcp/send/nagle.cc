#include "stack/tcp/send/nagle.h"

#include <algorithm>

namespace tcpstack::tcp {

std::uint32_t usable_window(const Tcb& tcb) {
  const Seq right_edge = tcb.snd.una + tcb.snd.wnd;
  // MUST-34: after the window has shrunk it is 0, not negative.
  return right_edge > tcb.snd.nxt ? distance(tcb.snd.nxt, right_edge) : 0;
}

bool is_corked(const Tcb& tcb) {
  return (tcb.options->cork || tcb.more_follows) && !tcb.uncorked && !tcb.fin_queued;
}

namespace {

// The Nagle algorithm (SHLD-7).
// Departs: RFC 9293 section 3.7.4 holds small text back while anything is unacknowledged. We hold it only while
// another small segment is (Minshall's variant), as Linux does (`tcp_minshall_check`). You can see it: the short
// tail of a large write leaves at once.
bool is_held_back(const Tcb& tcb) { return tcb.options->nagle && tcb.snd.small_end > tcb.snd.una; }

}  // namespace

bool is_worth_sending(const Tcb& tcb, std::uint32_t queued, std::uint32_t usable,
                      std::uint32_t mss) {
  // (1) a maximum-sized segment can be sent: min(D,U) >= Eff.snd.MSS
  if (std::min(queued, usable) >= mss) return true;
  if (is_held_back(tcb)) return false;
  // (2) all waiting text can be sent; it is pushed, unless the user corks it
  if (queued <= usable) return !is_corked(tcb);
  // (3) at least a fraction Fs = 1/2 of the largest window: min(D,U) >= Fs * Max(SND.WND)
  return std::min(queued, usable) >= std::max(tcb.snd.max_wnd / 2, 1U);
  // (4), the override timeout, is the persist timer.
  // Departs: RFC 9293 section 3.8.6.2.1 recommends 0.1 to 1.0 s for it. Ours is the RTO, as in Linux
  // (`tcp_probe0_base`). You can see it: after a lost SYN the RTO is 3 s, and text for less than half of the largest
  // window waits that long.
}

}  // namespace tcpstack::tcp
