// CUBIC, RFC 9438: after a reduction the window climbs back along a cubic function of time towards where it
// was, W_max, and only then beyond. Slow start ends early by HyStart++ (RFC 9406).
#pragma once

#include "stack/tcp/congestion.h"
#include "stack/tcp/hystart.h"

namespace tcpstack::tcp {

class Cubic : public CongestionControl {
 public:
  [[nodiscard]] const char* name() const override { return "cubic"; }
  void grow(CongestionWindow& window, const CongestionSample& sample) override;
  std::uint32_t reduced(const CongestionWindow& window) override;
  void undo() override;
  void idle_ended(Duration idle) override;

 private:
  void start_epoch(double cwnd, Time now);
  [[nodiscard]] double target(double cwnd, Time now, Duration srtt) const;
  void avoid_congestion(CongestionWindow& window, const CongestionSample& sample);

  // All windows in segments, times in seconds, as in the RFC.
  double w_max_ = 0;    // W_max
  double k_ = 0;        // K, when W_cubic reaches W_max
  double w_est_ = 0;    // W_est, what Reno would have
  Time epoch_start_{};  // t_epoch
  bool in_epoch_ = false;
  double credit_ = 0;  // growth of less than a segment
  double previous_w_max_ = 0;
  HyStart hystart_;
};

}  // namespace tcpstack::tcp
