// What a connection needs to bring text to the peer, lost segments included: congestion control, loss detection and
// recovery, under the names of their RFCs.
//
// It is made when the first text, or the FIN, is to be sent (start_congestion_control), or when the SYN is lost; until
// then it reads as it is here. A connection that only listens to its peer, or waits, has none.
#pragma once

#include <cstdint>
#include <optional>

#include "stack/base/time.h"
#include "stack/tcp/congestion/congestion.h"
#include "stack/tcp/seq.h"

namespace tcpstack::tcp {

// What loss recovery is doing; Linux calls these Open, Recovery and Loss.
enum class RecoveryPhase : std::uint8_t {
  open,
  cwr,       // the peer has echoed a congestion mark, RFC 3168 section 6.1.2; nothing is lost
  recovery,  // fast recovery, RFC 5681 section 3.2
  loss,      // after a retransmission timeout
};

// RFC 5681, RFC 6675, RFC 9937: congestion window and loss recovery (recovery.h).
struct Recovery {
  RecoveryPhase phase = RecoveryPhase::open;
  [[nodiscard]] bool repairs_loss() const {
    return phase == RecoveryPhase::recovery || phase == RecoveryPhase::loss;
  }
  CongestionWindow window;
  Seq recover;                   // RecoveryPoint: recovery ends when SND.UNA reaches it
  std::uint32_t pipe = 0;        // bytes in the network, as far as we know
  std::uint32_t sacked = 0;      // bytes SACKed above SND.UNA
  std::uint32_t recover_fs = 0;  // RecoverFS
  std::uint32_t prr_delivered = 0;
  std::uint32_t prr_out = 0;
  unsigned duplicate_acks = 0;       // in a row, without SACK
  Time last_sent_at{};               // when text last went out
  std::uint32_t most_in_flight = 0;  // of cwnd, since it was last found to be used in full ...
  Time validated_at{};               // ... or too large (RFC 2861 section 3.2)
  bool used_in_full = false;         // all of cwnd was used in the window of data that ends ...
  std::uint32_t used = 0;            // else: this much, in bytes
  Seq used_until;                    // ... before this
};

// How many bytes a second may leave (pacing.h).
struct Pacing {
  Time next_at{};             // not before this ...
  std::uint32_t quantum = 0;  // ... but for so many bytes
};

// RFC 8985 section 5.2 (rack.h).
struct Rack {
  bool valid = false;                  // something has been acknowledged
  bool reordering_seen = false;        // RACK.reordering_seen
  std::uint8_t reo_wnd_mult = 1;       // RACK.reo_wnd_mult
  std::uint8_t reo_wnd_persist = 0;    // RACK.reo_wnd_persist
  std::uint16_t reordering = 3;        // the farthest that a segment was overtaken, in segments
  Time xmit_ts{};                      // RACK.xmit_ts
  Seq end_seq;                         // RACK.end_seq
  Duration rtt{0};                     // RACK.rtt
  Duration min_rtt = Duration::max();  // RACK.min_RTT
  Time min_rtt_at{};
  Seq fack;                        // RACK.fack
  std::optional<Seq> dsack_round;  // RACK.dsack_round
};

// RFC 8985 section 7.
struct TailLossProbe {
  std::optional<Seq> end_seq;      // TLP.end_seq
  bool is_retransmission = false;  // TLP.is_retrans
  bool due = false;                // to be sent at the next opportunity
};

// What a spurious retransmission is undone to (undo.h).
struct Undo {
  bool possible = false;
  std::uint32_t prior_cwnd = 0;
  std::uint32_t prior_ssthresh = 0;
  unsigned retransmissions = 0;            // since the reduction
  unsigned unaccounted = 0;                // of these, not yet reported as duplicates
  std::uint32_t first_retransmission = 0;  // its TSval
};

struct Sender {
  Recovery recovery;
  Rack rack;
  TailLossProbe probe;
  Undo undo;
  Pacing pacing;
  CongestionSlot congestion;
};

}  // namespace tcpstack::tcp
