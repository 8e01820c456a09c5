// Makes Lines from the trace stream and passes each to its listeners: the terminal (printer.h) and the capture
// (capture.h) have the same story in the same words.
//
// Beyond its event a Line needs the base of the relative sequence numbers. The Tcb of a connection has it. For a
// segment without a connection (a SYN to a listener or to a closed port, the RST that answers it, late segments of
// an ended connection) the narrator remembers the last conversation between the same two endpoints.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "apps/tcpstack/line.h"
#include "stack/base/bytes.h"
#include "stack/device/fault_plan.h"
#include "stack/trace/observer.h"
#include "stack/wire/notation.h"

namespace tcpstack::app {

class LineListener {
 public:
  virtual ~LineListener() = default;
  virtual void line(const Line& line) = 0;
};

class Narrator : public trace::Observer {
 public:
  // Requires: `listener` outlives the narrator.
  void tell(LineListener& listener) { listeners_.push_back(&listener); }
  [[nodiscard]] bool has_listeners() const { return !listeners_.empty(); }

  // The stack has processed `packet`. Reports the drop of an unreadable segment, which waits for this call to learn
  // where it came from.
  void received(Bytes packet);

  // A fault has hit `packet` between the device and the stack (runtime/devices/faulty_device.h).
  void fault(trace::Direction direction, Bytes packet, const device::Deed& deed, Time now);

  void segment(const trace::SegmentEvent& event) override;
  void transition(const trace::TransitionEvent& event) override;
  void dropped(const trace::DropEvent& event) override;
  void alarm(const trace::AlarmEvent& event) override;
  void note(const trace::NoteEvent& event) override;

 private:
  struct Pair {
    Endpoint local;
    Endpoint remote;
    friend auto operator<=>(const Pair&, const Pair&) = default;
  };
  // Initial sequence numbers: ours and the peer's.
  struct Initial {
    std::uint32_t ours = 0;
    std::uint32_t theirs = 0;
  };

  Initial initial(const trace::SegmentEvent& event, const Pair& pair);
  void remember(const Pair& pair, Initial initial);
  void hand_on(const Line& line);

  std::vector<LineListener*> listeners_;
  std::map<Pair, Initial> remembered_;  // at most kRemembered
  Pair inbound_;                        // of the current segment
  std::optional<Line> unread_;          // the drop of a packet without a readable segment
};

}  // namespace tcpstack::app
