// The retransmission timeout from round-trip time measurements, RFC 6298 sections 2 and 3 (MUST-18). A leaf.
// Section 5, what the timer does with it: retransmission_timer.h.
#pragma once

#include <cstdint>

#include "stack/base/time.h"
#include "stack/config.h"

namespace tcpstack::tcp {

struct RoundTripTime {
  Duration srtt{0};          // SRTT; 0: not measured
  Duration rttvar{0};        // RTTVAR; 0: not measured
  Duration rto{0};           // RTO, backed off
  bool measured = false;     // SRTT and RTTVAR hold a measurement
  std::uint8_t backoff = 0;  // how many times RTO has been doubled since it was computed
};

// (2.1): before the first measurement.
void start_rto(RoundTripTime& rtt, const TcpConfig& config);

// (2.2) and (2.3): takes the measurement R' and computes SRTT, RTTVAR and RTO.
void measured(RoundTripTime& rtt, Duration r, const TcpConfig& config);

// Undoes the back-off when an acknowledgment shows that the path is alive again.
void forget_backoff(RoundTripTime& rtt, const TcpConfig& config);

// (5.5): "back off the timer" (MUST-19). A window probe is retransmitted too, so its interval grows (SHLD-30).
void back_off(RoundTripTime& rtt, const TcpConfig& config);

}  // namespace tcpstack::tcp
