// The tail loss probe, RFC 8985 section 7: no later segment shows that the last ones are lost. After two round trips
// of silence a probe brings the acknowledgment that does.
//
// A leaf: rack_tlp.h sets the alarm, output.cc sends the probe.
#pragma once

#include <cstdint>
#include <optional>

#include "stack/tcp/loss/ack_news.h"
#include "stack/tcp/loss/rtt.h"
#include "stack/tcp/seq.h"

namespace tcpstack::tcp {

struct TailLossProbe {
  std::optional<Seq> end_seq;      // TLP.end_seq; nothing: no probe is under way
  bool is_retransmission = false;  // TLP.is_retrans
  bool due = false;                // to be sent at the next opportunity

  // TLP_process_ack(): the probe may be over. Returns whether it has repaired a loss, of which congestion control
  // has to hear.
  bool has_repaired_loss(const AckNews& news);
};

// What is in flight: for a single segment the peer may delay its acknowledgment.
enum class Tail : std::uint8_t { one_segment, more };

// TLP_calc_PTO(): how long to wait for an acknowledgment before the probe.
Duration pto(const RoundTripTime& rtt, Tail tail);

}  // namespace tcpstack::tcp
