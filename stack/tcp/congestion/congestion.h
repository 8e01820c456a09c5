// A choice of congestion control: RFC 5681 says when the window changes, an algorithm by how much.
//
// A new algorithm is one new file: derive from CongestionControl and add a line to kAlgorithms in
// congestion.cc. Loss recovery (recovery.h) calls it; the windows themselves live in the TCB, under the RFC's
// names cwnd and ssthresh.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "stack/base/time.h"

namespace tcpstack::tcp {

// RFC 5681 section 2: in bytes.
struct CongestionWindow {
  std::uint32_t cwnd = 0;
  std::uint32_t ssthresh = 0xffffffff;  // "arbitrarily high" at first (section 3.1)
  std::uint32_t smss = 0;               // SMSS, the text of one segment

  [[nodiscard]] bool in_slow_start() const { return cwnd < ssthresh; }
};

// The facts of one acknowledgment outside of loss recovery.
struct CongestionSample {
  Time now;
  std::uint32_t acknowledged = 0;  // bytes newly acknowledged, SACKed ones included
  Duration rtt{0};                 // of the newest segment acknowledged; 0: not measured
  Duration srtt{0};
  std::uint32_t una = 0;  // SND.UNA and SND.NXT, to count rounds
  std::uint32_t nxt = 0;
  bool paced = false;  // text leaves at an even rate, not in bursts
};

class CongestionControl {
 public:
  CongestionControl() = default;
  CongestionControl(const CongestionControl&) = delete;
  CongestionControl& operator=(const CongestionControl&) = delete;
  virtual ~CongestionControl() = default;

  [[nodiscard]] virtual const char* name() const = 0;
  // New data has been acknowledged while cwnd was the limit: let it grow.
  virtual void grow(CongestionWindow& window, const CongestionSample& sample) = 0;
  // Returns the new ssthresh after congestion.
  // Departs: RFC 5681 equation (4) takes FlightSize. We take cwnd, as Linux does (`tcp_reno_ssthresh`), because
  // cwnd grows only while it is used. You can see it: ssthresh after a loss is a share of cwnd, even if less was in
  // flight.
  virtual std::uint32_t reduced(const CongestionWindow& window) = 0;
  // The congestion was a retransmission timeout. Called after reduced().
  virtual void timed_out() {}
  // The reduction was a mistake: forget it. The caller restores the windows.
  virtual void undo() {}
  // Sending resumes after an idle time, in which nothing was learnt about the network.
  virtual void idle_ended(Duration /*idle*/) {}
};

// The algorithm of one connection, outside the TCB: a half-open connection has none.
class CongestionSlot {
 public:
  // Makes the algorithm called `name`. Returns false if no algorithm has this name.
  bool choose(std::string_view name);
  CongestionControl* operator->() { return algorithm_.get(); }
  const CongestionControl* operator->() const { return algorithm_.get(); }

 private:
  std::unique_ptr<CongestionControl> algorithm_;
};

// "reno", "cubic".
std::span<const char* const> congestion_algorithms();

}  // namespace tcpstack::tcp
