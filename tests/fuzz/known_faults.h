// Faults that are known and not mended yet. Each has a name, the condition under which it shows, and the line of the issue
// that it waits for. The change that mends a fault deletes its row.
#pragma once

#include <algorithm>

#include "stack/tcp/tcb.h"

namespace tcpstack::test {

// The name of the fault that has broken an invariant of this connection; nullptr: none. A target ends the input there.
inline const char* known_fault(const tcp::Tcb& tcb) {
  // Issue 19, 8: "A FIN inside text that is held wedges the connection". RCV.NXT may have passed it. Then check() wants
  // one line more: in ESTABLISHED, FIN_WAIT_1 and FIN_WAIT_2 a known FIN lies beyond RCV.NXT.
  if (tcp::is_receiving(tcb.state) && tcb.fin && *tcb.fin <= tcb.rcv.nxt)
    return "a FIN inside held text";
  const auto is_beyond_fin = [&](const auto& range) { return tcb.fin && range.end > *tcb.fin; };
  if (std::ranges::any_of(tcb.out_of_order->held, is_beyond_fin)) return "a FIN inside held text";
  return nullptr;
}

// The name of a fault because of which this connection may later stand still or fail; nullptr: none. A target goes on, and
// forgives only that.
inline const char* known_wedge(const tcp::Tcb& tcb) {
  // Issue 19, 3: behind a probe, or after the peer has shrunk its window, an ACK at SND.NXT is refused by a closed peer.
  if (tcb.snd.nxt > tcb.snd.una + tcb.snd.wnd) return "an ACK beyond the peer's window";
  return nullptr;
}

}  // namespace tcpstack::test
