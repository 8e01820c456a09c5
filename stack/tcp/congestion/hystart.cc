#include "stack/tcp/congestion/hystart.h"

#include <algorithm>

namespace tcpstack::tcp {

namespace {

// Section 4.3.
constexpr Duration kMinRttThresh = std::chrono::milliseconds(4);
constexpr Duration kMaxRttThresh = std::chrono::milliseconds(16);
constexpr int kMinRttDivisor = 8;
constexpr std::uint8_t kRttSamples = 8;  // N_RTT_SAMPLE
constexpr std::uint32_t kCssGrowthDivisor = 4;
constexpr std::uint8_t kCssRounds = 5;

}  // namespace

void HyStart::start_round(std::uint32_t nxt) {
  window_end_ = nxt;
  last_round_min_rtt_ = current_round_min_rtt_;
  current_round_min_rtt_ = Duration::max();
  rtt_sample_count_ = 0;
}

void HyStart::sample_rtt(const CongestionSample& sample) {
  if (sample.rtt <= Duration::zero()) return;
  current_round_min_rtt_ = std::min(current_round_min_rtt_, sample.rtt);
  if (rtt_sample_count_ < kRttSamples) ++rtt_sample_count_;
}

// RFC 9406 section 4.2: "For CSS rounds ... if CSS_ROUNDS rounds are complete, enter congestion avoidance by
// setting the ssthresh to the current cwnd."
void HyStart::end_of_round(CongestionWindow& window, const CongestionSample& sample) {
  start_round(sample.nxt);
  if (in_css_ && ++css_rounds_ >= kCssRounds) {
    window.ssthresh = window.cwnd;
    over_ = true;
  }
}

// Departs: RFC 9406 section 4.2 lets an ACK add at most L segments to cwnd; L is 8 unless the sender paces (section 4.3).
// We have no such limit, as Linux (`tcp_slow_start`): a receiver with offload acknowledges up to 44 segments at once, and
// cwnd would not double. You can see it: an ACK of 20 segments makes cwnd 20 segments larger.
void HyStart::grow(CongestionWindow& window, const CongestionSample& sample) {
  std::uint32_t growth = std::min(sample.acknowledged, window.ssthresh - window.cwnd);
  if (over_) {
    window.cwnd += growth;
    return;
  }
  if (!started_) {
    started_ = true;
    start_round(sample.nxt);
  }
  sample_rtt(sample);
  window.cwnd += in_css_ ? growth / kCssGrowthDivisor : growth;

  const bool enough = rtt_sample_count_ >= kRttSamples && last_round_min_rtt_ != Duration::max();
  if (enough && !in_css_) {
    const Duration threshold =
        std::clamp(last_round_min_rtt_ / kMinRttDivisor, kMinRttThresh, kMaxRttThresh);
    if (current_round_min_rtt_ >= last_round_min_rtt_ + threshold) {
      css_baseline_min_rtt_ = current_round_min_rtt_;
      in_css_ = true;
      css_rounds_ = 0;
    }
  } else if (enough && current_round_min_rtt_ < css_baseline_min_rtt_) {
    in_css_ = false;  // the growth was a false alarm: slow start resumes
  }
  if (static_cast<std::int32_t>(sample.una - window_end_) >= 0) end_of_round(window, sample);
}

}  // namespace tcpstack::tcp
