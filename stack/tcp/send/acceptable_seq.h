// The sequence number of a segment without text, SYN or FIN: an acknowledgment, a window update, a reset.
#pragma once

#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Is the probe of a closed window all that is in flight?
bool is_probing(const Tcb& tcb);

// The farthest right edge that the peer may have meant: it rounds a scaled window down (RFC 7323 section 2.3).
Seq farthest_edge(const Tcb& tcb);

// SND.NXT, but not beyond SND.UNA + SND.WND: the peer refuses what lies beyond its window (RFC 9293 section 3.10.7.4
// first). A window probe takes SND.NXT there, and so does a window that has shrunk.
// Linux: RFC 9293 section 3.10.7.4 writes <SEQ=SND.NXT>. We stay within the peer's window, as Linux does
// (`tcp_acceptable_seq`). You can see it: behind a window probe an ACK has the probe's sequence number.
Seq acceptable_seq(const Tcb& tcb);

}  // namespace tcpstack::tcp
