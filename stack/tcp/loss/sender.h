// What a connection needs to bring text to the peer, lost segments included: congestion control, loss detection and
// recovery, under the names of their RFCs. This composes the state that the mechanisms own.
//
// It is made when the first text, or the FIN, is to be sent (start_congestion_control), or when the SYN is lost; until
// then it reads as it is here. A connection that only listens to its peer, or waits, has none.
#pragma once

#include <cstdint>

#include "stack/base/time.h"
#include "stack/tcp/congestion/congestion.h"
#include "stack/tcp/loss/duplicate_acks.h"
#include "stack/tcp/loss/prr.h"
#include "stack/tcp/loss/rack.h"
#include "stack/tcp/loss/tail_loss_probe.h"
#include "stack/tcp/loss/undo.h"
#include "stack/tcp/loss/window_use.h"
#include "stack/tcp/seq.h"

namespace tcpstack::tcp {

// What loss recovery is doing; Linux calls these Open, CWR, Recovery and Loss.
enum class RecoveryPhase : std::uint8_t {
  open,
  cwr,       // the peer has echoed a congestion mark, RFC 3168 section 6.1.2; nothing is lost
  recovery,  // fast recovery, RFC 5681 section 3.2
  loss,      // after a retransmission timeout
};

// F-RTO (RFC 5682 section 3.1): is the timeout that began RecoveryPhase::loss being examined?
enum class FRto : std::uint8_t {
  off,       // no, or it is decided: the loss was real
  waiting,   // step 2: for an acknowledgment of what the timeout has sent again
  new_text,  // step 2.b: the next segments are new text
  tested,    // step 3: for the acknowledgment of that
};

// RFC 5681, RFC 6675: the phase of loss recovery and the congestion window (recovery.h).
struct Recovery {
  RecoveryPhase phase = RecoveryPhase::open;
  [[nodiscard]] bool repairs_loss() const {
    return phase == RecoveryPhase::recovery || phase == RecoveryPhase::loss;
  }
  CongestionWindow window;
  // RecoveryPoint: the phase ends when SND.UNA reaches it. In open it is that of the last phase, or lies before SND.UNA.
  Seq recover;
  // A loss was found, and no segment has been sent again since: the oldest lost one leaves, whatever cwnd says.
  bool repair_due = false;
  FRto f_rto = FRto::off;
  Prr prr;                   // in recovery and cwr
  DuplicateAcks duplicates;  // without SACK
  // Without SACK: how far the last ACK that moved SND.UNA moved it (RFC 6582 section 4.1).
  std::uint32_t last_advance = 0;
  std::uint8_t lost_syns = 0;  // how often our SYN was lost: it counts for the first window
  WindowUse use;
  Time last_sent_at{};  // when text last went out
};

// How many bytes a second may leave (pacing.h).
struct Pacing {
  Time next_at{};             // when the quantum is refilled
  std::uint32_t quantum = 0;  // bytes that may leave before next_at
};

struct Sender {
  Recovery recovery;
  Rack rack;
  TailLossProbe probe;
  Undo undo;
  Pacing pacing;
  CongestionSlot congestion;

  // PRR brings cwnd down to ssthresh. Without fast recovery (Tahoe) cwnd grows again from one segment after a loss.
  [[nodiscard]] bool follows_prr() const {
    return recovery.phase == RecoveryPhase::cwr ||
           (recovery.phase == RecoveryPhase::recovery && congestion->has_fast_recovery());
  }
};

}  // namespace tcpstack::tcp
