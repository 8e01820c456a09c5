// A needless retransmission: the windows return to their values before it.
//
//   D-SACK (RFC 3708): the peer reports every retransmission as a duplicate
//   Eifel (RFC 3522):  the acknowledgment echoes the timestamp of the original, not of the retransmission
//   F-RTO (RFC 5682):  after a timeout, a segment is acknowledged that was not sent again
//
// Evidence counts only for what it is evidence of: a D-SACK has to name a segment that was sent again since the
// reduction. Otherwise a network that duplicates packets would switch congestion control off.
//
// A leaf: recovery.cc tells it what was reduced and sent again, and acts on what it finds.
#pragma once

#include <cstdint>
#include <optional>

#include "stack/base/range_set.h"
#include "stack/tcp/congestion/congestion.h"
#include "stack/tcp/loss/ack_news.h"
#include "stack/tcp/seq.h"
#include "stack/trace/why.h"

namespace tcpstack::tcp {

struct Undo {
  bool possible = false;             // a reduction can be taken back; the rest holds only then
  std::uint32_t prior_cwnd = 0;      // cwnd before the reduction
  std::uint32_t prior_ssthresh = 0;  // ssthresh before the reduction
  std::optional<std::uint32_t> first_retransmission;  // its TSval
  base::RangeSet<Seq> sent_again;                     // since the reduction, and not reported
  base::RangeSet<Seq> once_more;                      // of these, a second time
  std::uint32_t unreported = 0;  // bytes sent again, each time counted, and not reported
  std::optional<Seq> until;      // the episode has ended; D-SACKs count up to here

  // The window is about to be reduced.
  void begin(const CongestionWindow& window);
  // The record was sent again, with this TSval.
  void retransmitted(const Sent& record, std::uint32_t tsval);
  // The episode has ended with SND.NXT at `nxt`. The reports of its last duplicates are still on their way.
  void end(Seq nxt);
  // Returns what shows that the reduction was a mistake. `timeout_end`: RecoveryPoint, if F-RTO examines a timeout.
  std::optional<Why> mistake(const AckNews& news, std::optional<Seq> timeout_end);
  // The response of RFC 4015: the windows from before the reduction.
  void restore(CongestionWindow& window);
  // Nothing can be taken back any more. The memory stays for the next loss.
  void forget();
};

}  // namespace tcpstack::tcp
