// CUBIC, RFC 9438: after a reduction the window grows along a cubic function of time back to W_max, its size
// before, and then beyond. Slow start ends early by HyStart++ (RFC 9406).
#pragma once

#include <memory>

#include "stack/tcp/congestion/congestion.h"
#include "stack/tcp/congestion/hystart.h"

namespace tcpstack::tcp {

class Cubic : public CongestionControl {
 public:
  [[nodiscard]] const char* name() const override { return "cubic"; }
  void grow(CongestionWindow& window, const CongestionSample& sample) override;
  std::uint32_t reduced(const CongestionWindow& window) override;
  void timed_out() override;
  void undo() override;
  void smss_changed(std::uint32_t before, std::uint32_t now) override;
  void idle_ended(Duration idle) override;

 private:
  void start_epoch(double cwnd, Time now);
  [[nodiscard]] double target(double cwnd, Time now, Duration srtt) const;
  void avoid_congestion(CongestionWindow& window, const CongestionSample& sample);

  // All windows in segments, times in seconds, as in the RFC.
  struct Curve {
    double w_max = 0;       // W_max
    double cwnd_prior = 0;  // cwnd_prior, before the last reduction
    double k = 0;           // K, when W_cubic reaches W_max
    double w_est = 0;       // W_est, Reno's window
    Time epoch_start{};     // t_epoch
    bool in_epoch = false;
  };
  static void rescale(Curve& curve, double factor);

  Curve curve_;
  double credit_ = 0;  // growth of less than a segment
  HyStart hystart_;
  // Before the last reduction.
  Curve curve_before_;
  double credit_before_ = 0;
  HyStart hystart_before_;
};

inline std::unique_ptr<CongestionControl> make_cubic() { return std::make_unique<Cubic>(); }

}  // namespace tcpstack::tcp
