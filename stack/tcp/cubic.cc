#include "stack/tcp/cubic.h"

#include <algorithm>
#include <cmath>

#include "stack/tcp/reno.h"

namespace tcpstack::tcp {

namespace {

constexpr double kC = 0.4;                                  // C (section 5)
constexpr double kBeta = 0.7;                               // beta_cubic (section 4.6)
constexpr double kAlpha = 3.0 * (1 - kBeta) / (1 + kBeta);  // alpha_cubic (section 4.3)

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

// RFC 9438 section 4.2: K = cubic root of ((W_max - cwnd_epoch) / C).
void Cubic::start_epoch(double cwnd, Time now) {
  in_epoch_ = true;
  epoch_start_ = now;
  w_est_ = cwnd;
  credit_ = 0;
  if (w_max_ < cwnd) w_max_ = cwnd;
  k_ = std::cbrt((w_max_ - cwnd) / kC);
}

// Section 4.2: W_cubic(t + SRTT), where W_cubic(t) = C * (t - K)^3 + W_max, within [cwnd, 1.5 * cwnd].
double Cubic::target(double cwnd, Time now, Duration srtt) const {
  const double t = seconds(now - epoch_start_ + srtt);
  const double w_cubic = kC * std::pow(t - k_, 3) + w_max_;
  return std::clamp(w_cubic, cwnd, 1.5 * cwnd);
}

void Cubic::avoid_congestion(CongestionWindow& window, const CongestionSample& sample) {
  const double cwnd = static_cast<double>(window.cwnd) / window.smss;
  const double acked = static_cast<double>(sample.acknowledged) / window.smss;
  if (!in_epoch_) start_epoch(cwnd, sample.now);

  // RFC 9438 section 4.3: W_est = W_est + alpha_cubic * (segments_acked / cwnd); alpha is 1 from W_max on.
  const double alpha = w_est_ >= w_max_ ? 1.0 : kAlpha;
  w_est_ += alpha * acked / cwnd;

  // Sections 4.3 to 4.5: the Reno-friendly region, else the concave or convex one.
  const double t = seconds(sample.now - epoch_start_);
  const double w_cubic = kC * std::pow(t - k_, 3) + w_max_;
  if (w_cubic < w_est_) {
    window.cwnd = std::max(window.cwnd, static_cast<std::uint32_t>(w_est_) * window.smss);
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
  previous_w_max_ = w_max_;
  // RFC 9438 section 4.7, fast convergence: a flow that did not get back to W_max leaves room for others.
  w_max_ = cwnd < w_max_ ? cwnd * (1 + kBeta) / 2 : cwnd;
  in_epoch_ = false;
  hystart_.stop();
  return reduced_by(kBeta, window);  // RFC 9438 section 4.6
}

// Section 4.9: the state of before the reduction.
void Cubic::undo() {
  w_max_ = previous_w_max_;
  in_epoch_ = false;
}

// Section 4.2: t must not count time in which the application did not send.
void Cubic::idle_ended(Duration idle) {
  if (in_epoch_) epoch_start_ += idle;
}

}  // namespace tcpstack::tcp
