#include "stack/tcp/congestion/reno.h"

#include <algorithm>

namespace tcpstack::tcp {

std::uint32_t reduced_by(double factor, const CongestionWindow& window) {
  // 0.7 has no exact binary form: 0.7 * 10 segments must be 7, not a little less.
  const double exact = factor * window.cwnd / window.smss;
  const auto segments = static_cast<std::uint32_t>(exact + 1e-6);
  return std::max(segments, 2U) * window.smss;
}

// MUST-19
void Reno::grow(CongestionWindow& window, const CongestionSample& sample) {
  std::uint32_t acknowledged = sample.acknowledged;
  if (window.in_slow_start()) {
    // Equation (2): cwnd += min (N, SMSS), for each of the segments that the acknowledgment covers.
    const std::uint32_t growth = std::min(acknowledged, window.ssthresh - window.cwnd);
    window.cwnd += growth;
    acknowledged -= growth;
  }
  // "Another common and recommended way ... increase cwnd by SMSS once cwnd bytes have been acknowledged."
  bytes_acked_ += acknowledged;
  if (bytes_acked_ >= window.cwnd) {
    bytes_acked_ -= window.cwnd;
    window.cwnd += window.smss;
  }
}

std::uint32_t Reno::reduced(const CongestionWindow& window) {
  bytes_acked_ = 0;
  return reduced_by(0.5, window);
}

}  // namespace tcpstack::tcp
