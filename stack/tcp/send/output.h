// The next segment to send: a list of candidates in order of priority.
//
// Output is pulled. All arrived segments are processed before any acknowledgment leaves (MUST-59), so
// acknowledgments merge and travel with text. emit() builds the chosen segment.
#pragma once

#include <cstdint>
#include <optional>

#include "stack/context.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

struct NextSegment {
  Seq seq;
  std::uint32_t text_size = 0;
  bool syn = false;
  bool fin = false;
  bool retransmission = false;
  bool probe = false;              // into a closed window
  std::uint16_t segment_size = 0;  // of a super-segment (super_segment.h), otherwise 0
  Why why;

  [[nodiscard]] std::uint32_t len() const { return text_size + (syn ? 1U : 0U) + (fin ? 1U : 0U); }
};

// The segment to send now; nothing if there is none until something changes. Sets the persist alarm if only the
// peer's window holds text back.
std::optional<NextSegment> next_segment(Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
