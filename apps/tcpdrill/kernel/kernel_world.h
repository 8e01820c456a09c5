// A script's world of real time: the TCP of this machine's kernel, in a namespace of its own (network.h). The calls of
// the script are made; packets go through a TUN device.
#pragma once

#include <chrono>

#include "apps/tcpdrill/kernel/network.h"
#include "apps/tcpdrill/kernel/system_calls.h"
#include "apps/tcpdrill/kernel/worker.h"
#include "apps/tcpdrill/run/world.h"

namespace tcpstack::drill {

class KernelWorld : public World {
 public:
  // Moves the calling thread into the namespace; requires that it ends after the run. Throws Unsupported
  // if there is none, or for a setting that this kernel does not have.
  KernelWorld(const Setup& setup, Flows& flows);

  [[nodiscard]] Time now() const override;
  bool pass(Time limit) override;
  // The kernel's timers run, and nobody knows when.
  [[nodiscard]] bool is_active() const override { return true; }
  [[nodiscard]] Patience patience() const override;
  [[nodiscard]] Switches comparable(Switches switches) const override;
  void packet_arrives(Bytes bytes) override;
  void transmit() override;
  std::deque<Emission>& sent() override { return sent_; }
  [[nodiscard]] bool is_over(const Flow& flow) const override;
  std::optional<Outcome> attempt(Attempt& attempt) override;
  std::optional<std::int64_t> info(std::string_view field) override;
  void apply(const std::vector<Sysctl>& sysctls) override;
  std::optional<std::uint64_t> counter(std::string_view name) override;

 private:
  // A call in the worker's thread.
  struct UnderWay {
    const Call* called;
    SystemCall call;
  };

  // Reads what the kernel has sent. Returns false if there was nothing.
  bool take_packets();
  // Waits for a packet or the end of a call, at most `longest`.
  void wait(Duration longest) const;

  Network network_;
  SystemCalls calls_;
  std::optional<UnderWay> under_way_;
  Worker worker_;  // ends before the calls that it may be in
  std::deque<Emission> sent_;
  std::chrono::steady_clock::time_point began_;
};

}  // namespace tcpstack::drill
