// What was sent and is not acknowledged yet: a segment, or a super-segment that left as several (super_segment.h). The
// records of all of them make the flight (flight.h).
#pragma once

#include <algorithm>
#include <cstdint>

#include "stack/base/time.h"
#include "stack/tcp/seq.h"

namespace tcpstack::tcp {

struct Sent {
  Seq seq;
  std::uint32_t len = 0;  // sequence numbers it occupies, SYN and FIN included
  Time sent_at;           // of its last transmission
  // C.delivered, C.delivered_time and C.first_sent_time when it was sent, their low 32 bits (delivery_rate.h).
  std::uint32_t delivered = 0;
  std::uint32_t delivered_at = 0;
  std::uint32_t first_sent_at = 0;
  std::uint16_t segment_size = 0;  // of a super-segment: the text of each but the last, in bytes
  std::uint8_t transmissions = 0;  // 1: never retransmitted
  bool syn : 1 = false;
  bool fin : 1 = false;
  bool pushed : 1 = false;       // with PSH
  bool sacked : 1 = false;       // the peer has it (RFC 2018)
  bool lost : 1 = false;         // to be retransmitted
  bool app_limited : 1 = false;  // the user had no more to send (delivery_rate.h)

  [[nodiscard]] Seq end() const { return seq + len; }
  [[nodiscard]] bool retransmitted() const { return transmissions > 1; }
  // In the network, as far as we know: neither at the peer nor given up.
  [[nodiscard]] bool in_flight() const { return !sacked && !lost; }
  [[nodiscard]] std::uint32_t text_size() const { return len - (syn ? 1U : 0U) - (fin ? 1U : 0U); }
  // As they were on the wire.
  [[nodiscard]] std::uint32_t segments() const {
    if (segment_size == 0 || text_size() <= segment_size) return 1;
    return (text_size() + segment_size - 1U) / segment_size;
  }
  // Where a segment of it begins, at `s` or behind; end(): none does. Where one ends, at `s` or before; seq: none does.
  // Require seq < s < end, seq < s.
  [[nodiscard]] Seq segment_begin_from(Seq s) const;
  [[nodiscard]] Seq segment_end_to(Seq s) const;
};

// Cuts the record so that it ends at `end`, and returns the rest. A SYN stays in front; a FIN and PSH go with the rest.
// Requires seq < end < its end.
Sent cut(Sent& record, Seq end);

}  // namespace tcpstack::tcp
