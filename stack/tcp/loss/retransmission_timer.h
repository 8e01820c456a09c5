// The retransmission timer, RFC 6298 section 5, and the user timeout beside it (RFC 9293 section 3.10.8). Whatever
// happens to the timer happens here; only the end of a connection, which stops all alarms, needs no rule.
//
// (5.4), what is sent when it expires, is in timeouts.cc. The RTO itself: rtt.h.
#pragma once

#include "stack/context.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp::retransmission_timer {

// (5.1): a segment with text, a SYN or a FIN has left, for the first time or again.
void text_sent(Tcb& tcb, Time now);

// The oldest segment has left again: the time that it has for its acknowledgment begins.
void oldest_sent_again(Tcb& tcb, Time now);

// (5.2) and (5.3): an acknowledgment has moved SND.UNA.
void acknowledged(Tcb& tcb, Time now);

// (5.7): our SYN is acknowledged. Before acknowledged().
void syn_acknowledged(Tcb& tcb, const TcpConfig& config);

// (5.5) and (5.6): the timer has expired. Requires that tcb.retransmissions counts this timeout.
void expired(Tcb& tcb, Context& cx);

// RFC 8985 section 7.3, TLP_send_probe(): the timeout begins again behind a probe.
void probe_sent(Tcb& tcb, Time now);

// The user has changed the user timeout, which was `before`. While text is out, the new one counts from where the old one did,
// or from now on if there was none; none: R2 decides again.
void user_timeout_changed(Tcb& tcb, Duration before, Time now);

// When it expires; kNever: it does not run.
Time deadline(const Tcb& tcb);

}  // namespace tcpstack::tcp::retransmission_timer
