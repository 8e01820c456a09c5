#include "stack/tcp/loss/rtt.h"

#include <algorithm>

namespace tcpstack::tcp {

namespace {

constexpr Duration kRtoAfterLostSyn = std::chrono::seconds(3);

// RFC 6298 (2.2), RFC 6298 (2.3): RTO <- SRTT + max (G, K*RTTVAR), K = 4, at least the minimum (2.4) and at most
// the maximum (2.5).
// Departs: RFC 6298 (2.4) bounds the sum. The minimum bounds the variance term alone, as in Linux (`tcp_rto_min`).
// You can see it: a steady path of 100 ms has an RTO of 300 ms.
Duration computed_rto(const RoundTripTime& rtt, const TcpConfig& config) {
  const Duration variance =
      config.rto_min_bounds_sum ? 4 * rtt.rttvar : std::max(4 * rtt.rttvar, config.rto_min);
  return std::clamp(rtt.srtt + variance, config.rto_min, std::max(config.rto_min, config.rto_max));
}

}  // namespace

// RFC 6298 (2.1)
void start_rto(RoundTripTime& rtt, const TcpConfig& config) { rtt.rto = config.rto_initial; }

void measured(RoundTripTime& rtt, Duration r, const TcpConfig& config) {
  if (!rtt.measured) {
    rtt.measured = true;
    rtt.srtt = r;
    rtt.rttvar = r / 2;
  } else {
    const Duration error = std::chrono::abs(rtt.srtt - r);
    rtt.rttvar = (3 * rtt.rttvar + error) / 4;  // beta = 1/4, with the old SRTT
    rtt.srtt = (7 * rtt.srtt + r) / 8;          // alpha = 1/8
  }
  rtt.rto = computed_rto(rtt, config);
  rtt.backoff = 0;
}

void forget_backoff(RoundTripTime& rtt, const TcpConfig& config) {
  // (5.7): an acknowledgment without a measurement means that the SYN was retransmitted.
  rtt.rto =
      rtt.measured ? computed_rto(rtt, config) : std::max(config.rto_initial, kRtoAfterLostSyn);
  rtt.backoff = 0;
}

// RFC 6298 (5.5)
void back_off(RoundTripTime& rtt, const TcpConfig& config) {
  rtt.rto = std::min(2 * rtt.rto, config.rto_max);
  if (rtt.backoff < 0xff) ++rtt.backoff;
}

}  // namespace tcpstack::tcp
