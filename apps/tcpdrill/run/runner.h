// Runs a script from its first event to its last, against a world (world.h): our stack, or a kernel.
//
// Before an inbound packet, a call, a command or code, time passes until its time; in virtual time the stack's alarms
// run on the way. The runner looks for an outbound packet first among the sent packets, then lets time pass; the
// packet must have left at its time. A blocking call stays pending and is asked for after each change.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "apps/tcpdrill/language/code.h"
#include "apps/tcpdrill/run/setup.h"
#include "apps/tcpdrill/run/wire_tap.h"
#include "apps/tcpdrill/run/world.h"

namespace tcpstack::drill {

class Runner {
 public:
  // The stack's clock shows `epoch` at the script's time 0; our initial sequence numbers follow from it. Throws
  // Unsupported if the world does not have a setting.
  Runner(const Script& script, const Setup& setup, const WorldMaker& make_world, bool narrate,
         PacketSink sink, Time epoch);

  // Throws Mismatch, Unsupported or Malformed; event() then has the place.
  void run();
  [[nodiscard]] const Event* event() const { return event_; }
  [[nodiscard]] const Story& story() const { return story_; }
  // The strictness of the comparisons in this world.
  [[nodiscard]] const Switches& switches() const { return switches_; }
  [[nodiscard]] std::optional<std::uint32_t> our_first_isn() const {
    return flows_.our_first_isn();
  }

 private:
  // A blocking call without a result yet.
  struct Pending {
    const Event* event;
    Attempt attempt;
    Time ends;  // when it should return
    Duration allowed;
  };

  void run_event(const Event& event);
  // Is the next event no part of this one's batch?
  [[nodiscard]] bool ends_batch(const Event& event) const;
  // Takes in what the world sends after a batch.
  void transmit();
  void run_packet_in(const Event& event, const Packet& packet);
  void run_packet_out(const Event& event, const Packet& packet);
  void run_call(const Event& event, const Call& call);
  void run_code(const Code& code);

  // The time that `when` means, moved by `offset`.
  [[nodiscard]] Time time_of(const When& when, Duration offset) const;
  [[nodiscard]] Duration tolerance(Time at) const;
  // Lets time pass until `time`.
  void advance(Time time);
  // Lets time pass until something happens, or until `limit`. Returns false if nothing happens until then.
  bool advance_one(Time limit);
  // Takes in the world's packets, and repeats the pending call.
  void changed();

  Seen& wait_for_packet(const Packet& packet, Time latest);
  void check_time(const Event& event, const Seen& seen) const;
  void try_pending();
  void finish_pending();
  void check_outcome(const Call& call, const Outcome& outcome) const;
  double look_up(std::string_view name);

  const Script& script_;
  Flows flows_;
  Story story_;
  std::unique_ptr<World> world_;
  Switches switches_;
  WireTap wire_;
  Variables variables_;

  const Event* event_ = nullptr;
  Time completed_{};             // the completion of the event before
  std::optional<Time> inbound_;  // the scheduled time of the event before, if it was inbound
  std::optional<Pending> pending_;
};

}  // namespace tcpstack::drill
