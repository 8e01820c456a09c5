// A script's world of virtual time: the stack and the system calls over its user calls.
#pragma once

#include "apps/tcpdrill/run/calls.h"
#include "apps/tcpdrill/run/host.h"
#include "apps/tcpdrill/run/world.h"

namespace tcpstack::drill {

class StackWorld : public World {
 public:
  // Throws Unsupported for a setting that this stack does not have.
  StackWorld(const Setup& setup, Flows& flows, Story& story, Time epoch);

  [[nodiscard]] Time now() const override { return host_.now(); }
  bool pass(Time limit) override;
  [[nodiscard]] bool is_active() const override { return host_.next_alarm().has_value(); }
  [[nodiscard]] Patience patience() const override;
  [[nodiscard]] Switches comparable(Switches switches) const override { return switches; }
  void packet_arrives(Bytes bytes) override;
  void transmit() override;
  std::deque<Emission>& sent() override { return host_.sent(); }
  [[nodiscard]] bool is_over(const Flow& flow) const override { return flow.over; }
  std::optional<Outcome> attempt(Attempt& attempt) override;
  std::optional<std::int64_t> info(std::string_view field) override;
  void apply(const std::vector<Sysctl>& sysctls) override;
  std::optional<std::uint64_t> counter(std::string_view name) override;

 private:
  void hear();

  Host host_;
  Calls calls_;
};

}  // namespace tcpstack::drill
