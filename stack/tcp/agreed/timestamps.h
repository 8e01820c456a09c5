// The timestamps option, RFC 7323: our clock, TS.Recent, and protection against wrapped sequence
// numbers (PAWS).
#pragma once

#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// TSval: milliseconds (section 5.4 asks for 1 ms to 1 s a tick), from a random start per connection.
std::uint32_t timestamp_clock(const TimestampState& ts, Time now);

// Section 5.3 R1: SEG.TSval < TS.Recent, TS.Recent is valid, and the segment is not a RST.
bool is_paws_reject(const TimestampState& ts, const Segment& seg, Time now);

// Section 3.2: timestamps are in use, and the segment has none.
bool lacks_timestamp(const TimestampState& ts, const Segment& seg);

// Section 4.3 (2), section 5.3 R3: takes TS.Recent from the segment at the left edge of the last acknowledgment, so
// that the echo measures the oldest segment of a delayed acknowledgment.
void update_ts_recent(Tcb& tcb, const Segment& seg, Time now);

// Section 4: the round-trip time from TSecr; nothing if the echo is not ours.
std::optional<Duration> echoed_rtt(const TimestampState& ts, const Segment& seg, Time now);

}  // namespace tcpstack::tcp
