#include "stack/tcp/congestion/cubic.h"

#include <algorithm>
#include <cmath>

#include "stack/tcp/congestion/reno.h"

namespace tcpstack::tcp {

namespace {

constexpr double kC = 0.4;                                  // C (section 5)
constexpr double kBeta = 0.7;                               // beta_cubic (section 4.6)
constexpr double kAlpha = 3.0 * (1 - kBeta) / (1 + kBeta);  // alpha_cubic (section 4.3)

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

// RFC 9438 section 4.2: K = cubic root of ((W_max - cwnd_epoch) / C).
void Cubic::start_epoch(double cwnd, Time now) {
  curve_.in_epoch = true;
  curve_.epoch_start = now;
  curve_.w_est = cwnd;
  credit_ = 0;
  if (curve_.w_max < cwnd) curve_.w_max = cwnd;
  curve_.k = std::cbrt((curve_.w_max - cwnd) / kC);
}

// Section 4.2: W_cubic(t + SRTT), where W_cubic(t) = C * (t - K)^3 + W_max, within [cwnd, 1.5 * cwnd].
double Cubic::target(double cwnd, Time now, Duration srtt) const {
  const double t = seconds(now - curve_.epoch_start + srtt);
  const double w_cubic = kC * std::pow(t - curve_.k, 3) + curve_.w_max;
  return std::clamp(w_cubic, cwnd, 1.5 * cwnd);
}

void Cubic::avoid_congestion(CongestionWindow& window, const CongestionSample& sample) {
  const double cwnd = static_cast<double>(window.cwnd) / window.smss;
  const double acked = static_cast<double>(sample.acknowledged) / window.smss;
  if (!curve_.in_epoch) start_epoch(cwnd, sample.now);

  // RFC 9438 section 4.3: W_est = W_est + alpha_cubic * (segments_acked / cwnd); alpha is 1 from cwnd_prior on.
  const double alpha = curve_.w_est >= curve_.cwnd_prior ? 1.0 : kAlpha;
  curve_.w_est += alpha * acked / cwnd;

  // Sections 4.3 to 4.5: the Reno-friendly region, otherwise the concave or convex one.
  const double t = seconds(sample.now - curve_.epoch_start);
  const double w_cubic = kC * std::pow(t - curve_.k, 3) + curve_.w_max;
  if (w_cubic < curve_.w_est) {
    window.cwnd = std::max(window.cwnd, static_cast<std::uint32_t>(curve_.w_est) * window.smss);
    return;
  }
  credit_ += acked * (target(cwnd, sample.now, sample.srtt) - cwnd) / cwnd;
  const double whole = std::floor(credit_);
  credit_ -= whole;
  window.cwnd += static_cast<std::uint32_t>(whole) * window.smss;
}

void Cubic::grow(CongestionWindow& window, const CongestionSample& sample) {
  if (window.in_slow_start()) {
    hystart_.grow(window, sample);
    return;
  }
  avoid_congestion(window, sample);
}

std::uint32_t Cubic::reduced(const CongestionWindow& window) {
  const double cwnd = static_cast<double>(window.cwnd) / window.smss;
  curve_before_ = curve_;
  credit_before_ = credit_;
  hystart_before_ = hystart_;
  curve_.cwnd_prior = cwnd;
  // RFC 9438 section 4.7, fast convergence: a flow that did not return to W_max leaves room for others.
  curve_.w_max = cwnd < curve_.w_max ? cwnd * (1 + kBeta) / 2 : cwnd;
  curve_.in_epoch = false;
  hystart_.stop();
  return reduced_by(kBeta, window);  // RFC 9438 section 4.6
}

// Section 4.8: W_max is cwnd at the start of the next congestion avoidance, and K is 0.
void Cubic::timed_out() { curve_.w_max = 0; }

// Sections 4.9.1 and 4.9.2: W_max, K, t_epoch and W_est return to their values before the reduction, and so does the slow
// start that it ended.
void Cubic::undo() {
  curve_ = curve_before_;
  credit_ = credit_before_;
  hystart_ = hystart_before_;
}

// K depends on the windows in segments, so the next acknowledgment begins a new epoch, towards the same W_max in bytes.
void Cubic::rescale(Curve& curve, double factor) {
  curve.w_max *= factor;
  curve.cwnd_prior *= factor;
  curve.in_epoch = false;
}

void Cubic::smss_changed(std::uint32_t before, std::uint32_t now) {
  const double factor = static_cast<double>(before) / now;
  rescale(curve_, factor);
  rescale(curve_before_, factor);
}

// Section 4.2: t must not include time in which the application did not send.
void Cubic::idle_ended(Duration idle) {
  if (curve_.in_epoch) curve_.epoch_start += idle;
}

}  // namespace tcpstack::tcp
