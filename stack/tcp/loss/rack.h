// RACK, RFC 8985 section 6: a segment is lost when one sent later has arrived, and enough time has passed for mere
// reordering. Steps 1 to 4 learn from what arrives; step 5 asks of a record in flight when it counts as lost.
//
// A leaf: rack_tlp.h leads it through an acknowledgment and through the flight, and sets the alarm.
#pragma once

#include <cstdint>
#include <optional>

#include "stack/base/time.h"
#include "stack/tcp/loss/sent.h"
#include "stack/tcp/seq.h"

namespace tcpstack::tcp {

// RFC 8985 section 5.2.
struct Rack {
  bool valid = false;                  // a record has arrived: xmit_ts, end_seq and rtt hold
  bool reordering_seen = false;        // RACK.reordering_seen
  std::uint8_t reo_wnd_mult = 1;       // RACK.reo_wnd_mult
  std::uint8_t reo_wnd_persist = 0;    // RACK.reo_wnd_persist
  std::uint16_t reordering = 3;        // the farthest that a segment was overtaken, in segments
  Time xmit_ts{};                      // RACK.xmit_ts
  Seq end_seq;                         // RACK.end_seq
  Duration rtt{0};                     // RACK.rtt
  Duration min_rtt = Duration::max();  // RACK.min_RTT; max(): not measured
  Time min_rtt_at{};                   // when min_rtt was measured
  Seq fack;                            // RACK.fack
  std::optional<Seq> dsack_round;      // RACK.dsack_round; nothing: no round is under way

  // Step 1: takes the round-trip time of a record that was sent once.
  void note_rtt(Duration sample, Time now);
  // Step 2: takes a record that has arrived, unless one sent later has arrived before.
  void note_arrival(const Sent& record, Time now);
  // Step 3: takes a newly delivered record. Returns whether it is an original that one sent later has overtaken.
  bool note_order(const Sent& record, std::uint32_t smss);
  // Step 4: an ACK with SND.UNA after it, and with a D-SACK or without. A D-SACK widens the window once a round.
  void note_round(Seq una, Seq nxt, bool d_sack);
  // Step 4: a loss recovery has ended. After sixteen of them the window is narrow again.
  void recovery_ended();

  // The time that reordering may take, once there is a reason to wait at all (RACK_update_reo_wnd).
  [[nodiscard]] Duration reo_wnd(Duration srtt) const;
};

// RACK_sent_after(): equal times are told apart by the sequence number.
bool is_sent_after(Time t1, Seq end1, Time t2, Seq end2);

// When the record must have arrived: a round trip after it was sent, and `reo_wnd` for reordering.
Time overdue_at(const Rack& rack, Duration reo_wnd, const Sent& record);

// Step 5: when the record counts as lost. Nothing: no record sent after it has arrived yet.
std::optional<Time> lost_at(const Rack& rack, Duration reo_wnd, const Sent& record);

}  // namespace tcpstack::tcp
