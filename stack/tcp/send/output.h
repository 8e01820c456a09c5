// What to send next: a list of candidates in order of priority.
//
// Output is pulled. All arrived segments are processed before any acknowledgment goes out (MUST-59), so
// acknowledgments merge and ride along with data. emit() builds what is decided here.
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
  std::uint16_t segment_size = 0;  // of a super-segment (super_segment.h), else 0
  Why why;

  [[nodiscard]] std::uint32_t len() const { return text_size + (syn ? 1U : 0U) + (fin ? 1U : 0U); }
};

// The segment to send now, or nothing until something changes. Sets the persist alarm when only the
// peer's window stands in the way.
std::optional<NextSegment> next_segment(Tcb& tcb, Context& cx);

}  // namespace tcpstack::tcp
