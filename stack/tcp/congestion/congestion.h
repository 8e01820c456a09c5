// A choice of congestion control: RFC 5681 says when the window changes, an algorithm by how much.
//
// A new algorithm is one new file, such as tahoe.h: derive from CongestionControl, say how to make one, and add its
// line (and #include) to the table in congestion.cc. It can then be chosen wherever a name is taken: --congestion of
// the programs, TCP_CONGESTION, tcpdrill's sysctl, the simulator's configurations.
//
// Loss recovery (loss/recovery.h) calls it; the windows themselves live in the TCB, under the RFC's names cwnd and
// ssthresh. An algorithm that models the path, as BBR does, hears of what leaves (sent), of how fast it arrives
// (sampled), and says how fast text may leave (pacing_rate).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

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
};

// A segment that takes sequence numbers leaves.
struct SendSample {
  Time now;
  std::uint32_t bytes = 0;
  std::uint32_t in_flight = 0;  // bytes, with this segment
  bool retransmission = false;
};

// How fast the network has delivered (loss/delivery_rate.h).
struct RateSample {
  Time now;
  std::uint64_t rate = 0;       // bytes a second
  std::uint32_t delivered = 0;  // bytes that this acknowledgment has delivered
  std::uint32_t in_flight = 0;  // bytes still on their way
  Duration rtt{0};              // of the segment that the sample is from
  bool app_limited = false;     // the user had no more to send: the path may be faster
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
  // RFC 5681 section 3.2: does cwnd follow ssthresh while a loss is repaired? Without fast recovery, cwnd begins again
  // with one segment, as after a timeout.
  [[nodiscard]] virtual bool has_fast_recovery() const { return true; }
  // The congestion was a retransmission timeout. Called after reduced().
  virtual void timed_out() {}
  // The reduction was a mistake: forget it. The caller restores the windows.
  virtual void undo() {}
  // SMSS was `before` bytes and is `now`; the windows stay what they are in bytes (RFC 1191 section 6.4).
  virtual void smss_changed(std::uint32_t /*before*/, std::uint32_t /*now*/) {}
  // Sending resumes after an idle time, in which nothing was learnt about the network.
  virtual void idle_ended(Duration /*idle*/) {}

  // --- for algorithms that model the path
  // A segment has left, for the first time or again.
  virtual void sent(const SendSample& /*sample*/) {}
  // An acknowledgment has brought a new measurement of the delivery rate; it may set cwnd.
  virtual void sampled(CongestionWindow& /*window*/, const RateSample& /*sample*/) {}
  // Bytes a second at which text leaves, whether or not the user asks for pacing. 0: no rate of its own.
  [[nodiscard]] virtual std::uint64_t pacing_rate() const { return 0; }
};

// A row of the table: a name, with static lifetime, and what makes an algorithm of that name.
struct CongestionAlgorithm {
  const char* name;
  std::unique_ptr<CongestionControl> (*make)();
};

// All that can be chosen (MAY-18).
std::span<const CongestionAlgorithm> congestion_algorithms();

// The row called `name`; nullptr: there is none.
const CongestionAlgorithm* find_congestion_algorithm(std::string_view name);

// The algorithm of one connection, outside the TCB: a half-open connection has none.
class CongestionSlot {
 public:
  // Makes the algorithm called `name`. Requires: the table has it (set_options() and validate() have looked).
  void choose(std::string_view name);
  // Takes one that need not be in the table.
  void use(std::unique_ptr<CongestionControl> algorithm) { algorithm_ = std::move(algorithm); }

  [[nodiscard]] bool is_chosen() const { return algorithm_ != nullptr; }
  CongestionControl* operator->() { return algorithm_.get(); }
  const CongestionControl* operator->() const { return algorithm_.get(); }

 private:
  std::unique_ptr<CongestionControl> algorithm_;
};

}  // namespace tcpstack::tcp
