// What is in flight: a record for each segment sent and not yet acknowledged, oldest first, without
// gaps from SND.UNA to SND.NXT.
//
// The records are RFC 9293's retransmission queue; the text itself stays in tcb.send_queue. A record is
// split only when an acknowledgment, a SACK block or a retransmission covers a part of it. What SACK and
// RACK know about a segment stands in its record (scoreboard.h, rack.h).
#pragma once

#include <cstdint>

#include "stack/base/ring.h"
#include "stack/base/time.h"
#include "stack/tcp/seq.h"

namespace tcpstack::tcp {

struct Sent {
  Seq seq;
  std::uint32_t len = 0;  // sequence numbers it occupies, SYN and FIN included
  Time sent_at;           // of its last transmission
  // When it was sent: C.delivered, C.delivered_time and C.first_sent_time, their low 32 bits (delivery_rate.h).
  std::uint32_t delivered = 0;
  std::uint32_t delivered_at = 0;
  std::uint32_t first_sent_at = 0;
  std::uint8_t transmissions = 0;  // 1: never retransmitted
  bool syn : 1 = false;
  bool fin : 1 = false;
  bool pushed : 1 = false;       // with PSH
  bool sacked : 1 = false;       // the peer has it (RFC 2018)
  bool lost : 1 = false;         // to be retransmitted
  bool app_limited : 1 = false;  // the user had no more to send (delivery_rate.h)

  [[nodiscard]] Seq end() const { return seq + len; }
  [[nodiscard]] bool retransmitted() const { return transmissions > 1; }
  // Counted in tcb.recovery.pipe: neither at the peer nor given up.
  [[nodiscard]] bool in_flight() const { return !sacked && !lost; }
  [[nodiscard]] std::uint32_t text_size() const { return len - (syn ? 1U : 0U) - (fin ? 1U : 0U); }
};

using SentRing = base::Ring<Sent>;

// The oldest record that waits for its retransmission; nullptr when there is none.
Sent* first_lost(SentRing& sent);

// The index of the record that holds `seq`, sent.size() when none does. Logarithmic.
std::size_t index_of(const SentRing& sent, Seq seq);

// Cuts record `index` in two, so that the first one ends at `end`. Requires seq < end < its end.
void split(SentRing& sent, std::size_t index, Seq end);

}  // namespace tcpstack::tcp
