// Pacing, by option: text leaves at an even rate instead of a window at a time, so that it waits in the sender
// rather than in a queue on the way. No RFC describes it for TCP; RFC 9002 section 7.7 does for QUIC.
//
// Linux: RFC 9002 section 7.7 suggests 1.25 cwnd / SRTT. The rate is 2 cwnd / SRTT in slow start, so that cwnd can
// double in a round-trip time, and 1.2 cwnd / SRTT later, as in Linux (`tcp_update_pacing_rate`). You can see it:
// `pacing_rate` in the figures of a connection.
#pragma once

#include <cstdint>

#include "stack/context.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Bytes a second; zero: no limit, because no round-trip time is known yet. Independent of whether pacing is on.
std::uint64_t pacing_rate(const Tcb& tcb, const TcpConfig& config);

// Must text wait for its turn? If so, sets the pacing alarm.
bool is_held_by_pacing(Tcb& tcb, Context& cx);

// `size` bytes of text have left.
void text_left(Tcb& tcb, std::uint32_t size, Context& cx);

}  // namespace tcpstack::tcp
