// All that loss recovery may know of one acknowledgment. accept_ack() writes down what the segment says, credit()
// (scoreboard.h) what it covers; recover() (recovery.h) decides what follows.
#pragma once

#include <cstdint>
#include <optional>

#include "stack/tcp/loss/sent.h"
#include "stack/tcp/seq.h"

namespace tcpstack::tcp {

// The numbers [begin, end).
struct SeqRange {
  Seq begin;
  Seq end;
  friend bool operator==(const SeqRange&, const SeqRange&) = default;
};

struct AckNews {
  // What the segment says.
  Seq ack;                            // SEG.ACK
  bool duplicate = false;             // a duplicate ACK as RFC 5681 section 2 defines it
  bool echoes_congestion = false;     // ECE
  std::optional<std::uint32_t> echo;  // TSecr; nothing: it has no timestamp that counts
  std::optional<SeqRange> d_sack;     // a duplicate that its first SACK block reports (RFC 2883)
  bool has_sack = false;              // both sides use SACK

  // What it covers, in bytes.
  std::uint32_t advanced = 0;      // from the old SND.UNA to SEG.ACK
  std::uint32_t segments = 0;      // that these bytes were sent in
  std::uint32_t acknowledged = 0;  // of these bytes, what no SACK block had named before
  std::uint32_t sacked = 0;        // newly named by SACK blocks

  // The records that it newly delivers.
  std::optional<Sent> newest;  // the one sent last (RFC 8985's sample); nothing: it delivers none
  std::optional<Seq> original_end;  // the highest end of those sent once; nothing: there is none
  bool retransmitted = false;       // one was sent more than once: Karn's case
  bool reordered = false;  // an original came after one sent later (RFC 8985 section 6.2 step 3)

  // DeliveredData (RFC 9937).
  [[nodiscard]] std::uint32_t delivered() const { return acknowledged + sacked; }
};

}  // namespace tcpstack::tcp
