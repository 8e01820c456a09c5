// Runs a script from its first event to its last, in virtual time.
//
// Before an inbound packet, a call, a command or code, the clock moves to its time, and the stack's alarms
// run on the way. An outbound packet is looked for, in what was sent already and then from alarm to alarm,
// and has to have left at its time. A call that blocks stays pending and is tried again after each change.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "apps/tcpdrill/language/code.h"
#include "apps/tcpdrill/run/setup.h"
#include "apps/tcpdrill/run/wire_tap.h"

namespace tcpstack::drill {

class Runner {
 public:
  // The stack's clock shows `epoch` at the script's time 0; our initial sequence numbers come of it.
  Runner(const Script& script, const Setup& setup, bool narrate, PacketSink sink, Time epoch);

  // Throws Mismatch, Unsupported or Malformed; event() is where.
  void run();
  [[nodiscard]] const Event* event() const { return event_; }
  [[nodiscard]] const Story& story() const { return story_; }
  [[nodiscard]] std::optional<std::uint32_t> our_first_isn() const {
    return flows_.our_first_isn();
  }

 private:
  // A call that blocks, until it has a result.
  struct Pending {
    const Event* event;
    Attempt attempt;
    Time ends;  // when it should return
    Duration allowed;
  };

  void run_event(const Event& event);
  void run_packet_in(const Event& event, const Packet& packet);
  void run_packet_out(const Event& event, const Packet& packet);
  void run_call(const Event& event, const Call& call);
  void run_code(const Code& code);

  // The time that `when` means, and how far from it an event may be.
  [[nodiscard]] Time time_of(const When& when, Duration offset) const;
  [[nodiscard]] Duration tolerance(Time at) const;
  // Runs alarms up to `time`.
  void advance(Time time);
  // One alarm, or up to `limit`. False when there is no alarm until then.
  bool advance_one(Time limit);
  // Takes in what the stack has sent and told; tries the pending call again.
  void changed();

  Seen& wait_for_packet(const Packet& packet, Time latest);
  void check_time(const Event& event, const Seen& seen) const;
  void try_pending();
  void finish_pending();
  void check_outcome(const Call& call, const Outcome& outcome) const;
  double look_up(std::string_view name);

  const Script& script_;
  Switches switches_;
  Flows flows_;
  Story story_;
  Host host_;
  Calls calls_;
  WireTap wire_;
  Variables variables_;

  const Event* event_ = nullptr;
  Time completed_{};             // when the event before this one was complete
  std::optional<Time> inbound_;  // the scheduled time of the event before, if it was inbound
  std::optional<Pending> pending_;
};

}  // namespace tcpstack::drill
