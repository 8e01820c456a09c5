// Which text is worth a segment: the sender's silly window avoidance and the Nagle algorithm,
// RFC 9293 sections 3.8.6.2.1 and 3.7.4.
#pragma once

#include <cstdint>

#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// U = SND.UNA + SND.WND - SND.NXT, the usable window.
std::uint32_t usable_window(const Tcb& tcb);

// The user holds back text that does not fill a segment: by option, or because more text follows, until the next
// acknowledgment; for an RTO at most, and not the text before a FIN.
// Linux: RFC 9293 has no such option. We have it, as Linux does (`TCP_CORK`, `MSG_MORE`). You can see it: small
// writes leave as one segment.
bool is_corked(const Tcb& tcb);

// MUST-38: may a segment of min(queued, usable, mss) bytes leave now? `queued` is the RFC's D, the waiting text. It
// is pushed unless it is corked, and a cork ends by itself, so no text waits for ever (MUST-60). SHLD-7: the Nagle
// algorithm, unless the user has turned it off (MUST-17).
bool is_worth_sending(const Tcb& tcb, std::uint32_t queued, std::uint32_t usable,
                      std::uint32_t mss);

}  // namespace tcpstack::tcp
