// The trace stream: typed events, each with its reason. Narrator, capture comments and inspectors all read this one
// stream.
//
// The core calls an Observer through one nullable pointer in the Context, so tracing that is off costs one
// predictable branch. Pointers in an event are valid only during the call.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stack/base/bytes.h"
#include "stack/base/time.h"
#include "stack/trace/drop.h"
#include "stack/trace/why.h"

namespace tcpstack::wire {
struct TcpHeader;
}
namespace tcpstack::tcp {
struct Tcb;
enum class State : std::uint8_t;
enum class AlarmKind : std::uint8_t;
}  // namespace tcpstack::tcp
namespace tcpstack {
class Address;
}

namespace tcpstack::trace {

enum class Direction : std::uint8_t { in, out };

// A TCP segment was received, before it is processed, or is being sent.
struct SegmentEvent {
  Time at;
  Direction direction;
  const Address& source;
  const Address& destination;
  const wire::TcpHeader& header;
  std::size_t text_size;
  const tcp::Tcb* tcb;             // nullptr: no connection, or none yet
  Why why;                         // out: the reason to send it; in: empty
  std::uint16_t segment_size = 0;  // of a super-segment: text bytes of each of its segments
  Bytes options = {};              // the bytes on the wire, in the sender's order
};

// tcb.state changed; the Tcb already shows the new state.
struct TransitionEvent {
  Time at;
  const tcp::Tcb& tcb;
  tcp::State from;
  tcp::State to;
  Why why;
};

// A packet, or a segment of a connection, was discarded.
struct DropEvent {
  Time at;
  Drop drop;
  const tcp::Tcb* tcb;  // nullptr when no connection was found
};

// An alarm of RFC 9293 section 3.10.8 or of a later RFC went off.
struct AlarmEvent {
  Time at;
  const tcp::Tcb& tcb;
  tcp::AlarmKind kind;
  Why why;
};

// Any other fact worth a line: a measurement, a decision, an ICMP message.
struct NoteEvent {
  Time at;
  const tcp::Tcb* tcb;
  Why why;
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void segment(const SegmentEvent& /*event*/) {}
  virtual void transition(const TransitionEvent& /*event*/) {}
  virtual void dropped(const DropEvent& /*event*/) {}
  virtual void alarm(const AlarmEvent& /*event*/) {}
  virtual void note(const NoteEvent& /*event*/) {}
};

}  // namespace tcpstack::trace
