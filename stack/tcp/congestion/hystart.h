// HyStart++, RFC 9406: leaves slow start when the round-trip time begins to grow, before a whole window is lost.
#pragma once

#include "stack/tcp/congestion/congestion.h"

namespace tcpstack::tcp {

class HyStart {
 public:
  // Slow start (or Conservative Slow Start, section 4.2) for one acknowledgment; ends it by setting ssthresh.
  void grow(CongestionWindow& window, const CongestionSample& sample);
  // Congestion ends the initial slow start, the only one that HyStart++ concerns.
  void stop() { over_ = true; }

 private:
  void start_round(std::uint32_t nxt);
  void sample_rtt(const CongestionSample& sample);
  void end_of_round(CongestionWindow& window, const CongestionSample& sample);

  Duration last_round_min_rtt_ = Duration::max();     // lastRoundMinRTT
  Duration current_round_min_rtt_ = Duration::max();  // currentRoundMinRTT
  Duration css_baseline_min_rtt_ = Duration::max();   // cssBaselineMinRtt
  std::uint32_t window_end_ = 0;                      // windowEnd
  std::uint8_t rtt_sample_count_ = 0;                 // rttSampleCount
  std::uint8_t css_rounds_ = 0;
  bool started_ = false;
  bool in_css_ = false;
  bool over_ = false;
};

}  // namespace tcpstack::tcp
