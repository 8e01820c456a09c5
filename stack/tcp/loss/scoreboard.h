// What an acknowledgment delivers: segments acknowledged cumulatively, and those that its SACK blocks name
// (RFC 2018 section 5, RFC 6675 section 4, D-SACK: RFC 2883).
#pragma once

#include <cstdint>
#include <optional>

#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// What one acknowledgment has shown to have arrived.
struct Delivered {
  std::uint32_t acknowledged = 0;  // bytes by SEG.ACK that no SACK block had named before
  std::uint32_t advanced = 0;      // bytes from the old SND.UNA to SEG.ACK
  std::uint32_t sacked = 0;        // bytes newly named by SACK blocks
  bool d_sack = false;             // the first block reports a duplicate (RFC 2883)
  std::optional<Seq> d_sack_end;   // where that duplicate ends
  bool original = false;           // a segment newly delivered was never retransmitted ...
  Seq original_end;                // ... and the highest one of these ends here
  bool retransmitted = false;      // some of it was sent more than once: Karn's case
  bool reordered = false;  // an original came after one sent later (RFC 8985 section 6.2 step 3)

  // Of the newly delivered segments the one sent last (RFC 8985's sample).
  bool any = false;
  Time newest_sent_at{};
  Seq newest_end;
  bool newest_retransmitted = false;
  Sent newest;

  // RFC 6937's DeliveredData.
  [[nodiscard]] std::uint32_t bytes() const { return acknowledged + sacked; }
};

// Takes from the retransmission queue "any segments ... that are thereby entirely acknowledged" (RFC 9293
// section 3.10.7.4), marks what the SACK blocks name, and keeps tcb.recovery.pipe. Does not move SND.UNA.
// Requires SND.UNA =< SEG.ACK =< SND.NXT.
Delivered deliver(Tcb& tcb, const Segment& seg);

// Gives up a segment: it leaves the pipe and waits for its retransmission.
void mark_lost(Tcb& tcb, Sent& record);

// Is there a segment that waits for its retransmission? All that was sent is in the pipe, SACKed, or lost.
bool has_lost(const Tcb& tcb);

// The peer has dropped what it had SACKed, as RFC 2018 section 8 allows it to: every mark is forgotten.
void forget_sacks(Tcb& tcb);

}  // namespace tcpstack::tcp
