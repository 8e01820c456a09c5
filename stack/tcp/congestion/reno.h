// Slow start, congestion avoidance and halving: RFC 5681 section 3 (RFC 9293 MUST-19).
#pragma once

#include <memory>

#include "stack/tcp/congestion/congestion.h"

namespace tcpstack::tcp {

// RFC 5681 equation (4): ssthresh = max (cwnd * factor, 2*SMSS), in whole segments.
std::uint32_t reduced_by(double factor, const CongestionWindow& window);

class Reno : public CongestionControl {
 public:
  [[nodiscard]] const char* name() const override { return "reno"; }
  void grow(CongestionWindow& window, const CongestionSample& sample) override;
  std::uint32_t reduced(const CongestionWindow& window) override;

 private:
  std::uint32_t bytes_acked_ = 0;  // since cwnd last grew (section 3.1, RFC 3465)
};

inline std::unique_ptr<CongestionControl> make_reno() { return std::make_unique<Reno>(); }

}  // namespace tcpstack::tcp
