// The events of a run so far, a line each: packets, calls, and, with --narrate, the stack's own reports with their
// reasons. A failure prints it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apps/tcpdrill/packets/flow.h"
#include "stack/trace/observer.h"

namespace tcpstack::drill {

class Story : public trace::Observer {
 public:
  // Informs `flows` when a connection is over. With `narrate` transitions, drops, alarms and notes get lines, too.
  // The stack's clock shows `epoch` at the script's time 0.
  Story(Flows& flows, bool narrate, Time epoch)
      : flows_(flows), narrate_(narrate), since_zero_(epoch.time_since_epoch()) {}

  void add(Time at, const std::string& line);
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

  void transition(const trace::TransitionEvent& event) override;
  void dropped(const trace::DropEvent& event) override;
  void alarm(const trace::AlarmEvent& event) override;
  void note(const trace::NoteEvent& event) override;

 private:
  Flows& flows_;
  bool narrate_;
  Duration since_zero_;
  std::vector<std::string> lines_;
};

// Seconds with six digits: "0.300000".
std::string to_text(Time at);
std::string to_text(Duration duration);

}  // namespace tcpstack::drill
