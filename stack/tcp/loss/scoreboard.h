// Which records an acknowledgment covers: those that SEG.ACK acknowledges, and those that its SACK blocks name (RFC 2018
// section 5, RFC 6675 section 4, D-SACK: RFC 2883).
#pragma once

#include "stack/tcp/loss/ack_news.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Takes out of the flight "any segments ... that are thereby entirely acknowledged" (RFC 9293 section 3.10.7.4), marks
// what the SACK blocks name, and writes both into `news`. Does not move SND.UNA. Requires news.ack =< SND.NXT; a
// news.ack before SND.UNA acknowledges nothing.
void credit(Tcb& tcb, const wire::SackBlocks& sack, AckNews& news);

// Gives up the oldest segment in flight, which may be a SYN: it waits for its retransmission.
void lose_oldest(Tcb& tcb);

}  // namespace tcpstack::tcp
