// A needless retransmission: the windows return to their values before it.
//
//   D-SACK (RFC 3708): the peer reports every retransmission as a duplicate
//   Eifel (RFC 3522):  the acknowledgment echoes the timestamp of the original, not of the retransmission
//   F-RTO (RFC 5682):  after a timeout, a segment is acknowledged that was not sent again
//
// A leaf: recovery.cc tells it what was reduced and sent again, and acts on what it finds.
#pragma once

#include <cstdint>
#include <optional>

#include "stack/tcp/congestion/congestion.h"
#include "stack/tcp/loss/ack_news.h"
#include "stack/tcp/seq.h"
#include "stack/trace/why.h"

namespace tcpstack::tcp {

struct Undo {
  bool possible = false;             // a reduction can be taken back; the rest holds only then
  std::uint32_t prior_cwnd = 0;      // cwnd before the reduction
  std::uint32_t prior_ssthresh = 0;  // ssthresh before the reduction
  unsigned retransmissions = 0;      // since the reduction
  unsigned unaccounted = 0;          // of these, not yet reported as duplicates
  std::uint32_t first_retransmission = 0;  // its TSval

  // The window is about to be reduced.
  void begin(const CongestionWindow& window);
  // A segment was sent again, with this TSval.
  void retransmitted(std::uint32_t tsval);
  // Returns what shows that the reduction was a mistake. `timeout_end`: RecoveryPoint, if a timeout on a connection
  // with SACK reduced the window.
  std::optional<Why> mistake(const AckNews& news, std::optional<Seq> timeout_end);
  // The response of RFC 4015: the windows from before the reduction.
  void restore(CongestionWindow& window);
};

}  // namespace tcpstack::tcp
