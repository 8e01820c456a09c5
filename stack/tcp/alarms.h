// The alarms of a connection: RFC 9293 section 3.10.8 (user timeout, retransmission timeout, time-wait timeout) and
// those of later RFCs.
//
// A connection has one deadline per kind (the rare kinds on demand) and one node in the timer wheel. Moving a
// deadline later is a store: the node fires at the old time, finds nothing due, and arms itself again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "stack/base/on_demand.h"
#include "stack/base/time.h"
#include "stack/base/timer_wheel.h"

namespace tcpstack::tcp {

struct Tcb;

// Of two due alarms the first in this list goes off first.
enum class AlarmKind : std::uint8_t {
  tail_loss_probe,  // RFC 8985 section 7; first, because it puts the timeout off
  retransmission,   // RFC 6298
  delayed_ack,      // RFC 9293 section 3.8.6.3
  keepalive,        // RFC 9293 section 3.8.4
  reordering,       // RFC 8985 section 6.2
  persist,          // RFC 9293 section 3.8.6.1: probe a zero window
  user_timeout,     // RFC 9293 section 3.10.8
  time_wait,        // RFC 9293 section 3.10.8: 2 MSL
  fin_wait_2,       // not in the RFC: how long a closed connection waits for the peer's FIN
  pacing,           // not in the RFC: text that must not leave in a burst (pacing.h)
};

inline constexpr std::size_t kAlarmCount = 10;
inline constexpr std::size_t kCommonAlarms = 4;  // the first kinds

// "retransmission"
const char* name(AlarmKind kind);

// The node in the wheel, with the way back to its connection.
struct AlarmNode : base::TimerWheel::Node {
  Tcb* tcb = nullptr;
};

// The deadlines of the other kinds.
struct RareDeadlines {
  std::array<Time, kAlarmCount - kCommonAlarms> of_kind{kNever, kNever, kNever,
                                                        kNever, kNever, kNever};
};

struct Alarms {
  std::array<Time, kCommonAlarms> common{kNever, kNever, kNever, kNever};
  base::OnDemand<RareDeadlines> rare;
  AlarmNode node;
  base::TimerWheel* wheel = nullptr;

  [[nodiscard]] Time deadline(AlarmKind kind) const {
    const auto i = static_cast<std::size_t>(kind);
    return i < kCommonAlarms ? common[i] : rare->of_kind[i - kCommonAlarms];
  }
  [[nodiscard]] bool is_set(AlarmKind kind) const { return deadline(kind) != kNever; }
  [[nodiscard]] Time earliest() const;

  // Sets the deadline, replacing an earlier one of the same kind.
  void set(AlarmKind kind, Time deadline);
  void stop(AlarmKind kind) {
    const auto i = static_cast<std::size_t>(kind);
    if (i < kCommonAlarms) {
      common[i] = kNever;
    } else if (RareDeadlines* const made = rare.get()) {
      made->of_kind[i - kCommonAlarms] = kNever;
    }
  }
  void stop_all();
  // After the node has fired: arms it again for the earliest remaining deadline.
  void rearm();
};

}  // namespace tcpstack::tcp
