// What is in flight: a record for each segment sent and not yet acknowledged, oldest first, without
// gaps from SND.UNA to SND.NXT.
//
// The records are RFC 9293's retransmission queue; the text itself stays in tcb.send_queue. A record is
// split only when an acknowledgment or a retransmission covers a part of it.
#pragma once

#include <cstdint>

#include "stack/base/ring.h"
#include "stack/base/time.h"
#include "stack/context.h"
#include "stack/tcp/seq.h"

namespace tcpstack::tcp {

struct Tcb;

struct Sent {
  Seq seq;
  std::uint32_t len = 0;           // sequence numbers it occupies, SYN and FIN included
  Time sent_at;                    // of its last transmission
  std::uint8_t transmissions = 0;  // 1: never retransmitted
  bool syn = false;
  bool fin = false;
  bool lost = false;  // to be retransmitted

  [[nodiscard]] Seq end() const { return seq + len; }
  [[nodiscard]] bool retransmitted() const { return transmissions > 1; }
};

using SentRing = base::Ring<Sent>;

// What an acknowledgment has taken off the queue.
struct Acknowledged {
  std::uint32_t bytes = 0;     // sequence numbers newly acknowledged
  bool fin = false;            // our FIN among them
  bool retransmitted = false;  // some of it had been sent more than once: Karn's case
  Time newest_sent_at{};       // when the last of the acknowledged segments had been sent
};

// Removes "any segments on the retransmission queue that are thereby entirely acknowledged"
// (RFC 9293 section 3.10.7.4), and cuts one that is acknowledged in part. Advances neither SND.UNA
// nor the send queue.
Acknowledged acknowledge(SentRing& sent, Seq ack);

// The oldest record that waits for its retransmission; nullptr when there is none.
Sent* first_lost(SentRing& sent);

// Cuts record `index` in two, so that the first one ends at `end`. Requires seq < end < its end.
void split(SentRing& sent, std::size_t index, Seq end);

}  // namespace tcpstack::tcp
