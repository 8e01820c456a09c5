// The retransmission timeout from round-trip time measurements, RFC 6298 (MUST-18).
#pragma once

#include "stack/config.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// (2.1): before the first measurement.
void start_rto(RoundTripTime& rtt, const TcpConfig& config);

// (2.2) and (2.3): takes the measurement R' and computes SRTT, RTTVAR and RTO.
void measured(RoundTripTime& rtt, Duration r, const TcpConfig& config);

// Undoes the back-off when an acknowledgment shows that the path is alive again.
void forget_backoff(RoundTripTime& rtt, const TcpConfig& config);

// (5.5): "back off the timer" (MUST-19). A window probe is retransmitted too, so its interval grows (SHLD-30).
void back_off(RoundTripTime& rtt, const TcpConfig& config);

}  // namespace tcpstack::tcp
