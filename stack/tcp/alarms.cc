#include "stack/tcp/alarms.h"

#include <algorithm>

namespace tcpstack::tcp {

const char* name(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::retransmission: return "retransmission";
    case AlarmKind::tail_loss_probe: return "tail_loss_probe";
    case AlarmKind::reordering: return "reordering";
    case AlarmKind::persist: return "persist";
    case AlarmKind::delayed_ack: return "delayed_ack";
    case AlarmKind::keepalive: return "keepalive";
    case AlarmKind::user_timeout: return "user_timeout";
    case AlarmKind::time_wait: return "time_wait";
    case AlarmKind::fin_wait_2: return "fin_wait_2";
    case AlarmKind::pacing: return "pacing";
  }
  return "?";
}

Time Alarms::earliest() const { return *std::ranges::min_element(deadlines); }

void Alarms::set(AlarmKind kind, Time deadline) {
  deadlines[static_cast<std::size_t>(kind)] = deadline;
  if (!node.armed() || deadline < node.deadline) wheel->schedule(node, deadline);
}

void Alarms::stop_all() {
  deadlines.fill(kNever);
  wheel->cancel(node);
}

void Alarms::rearm() {
  const Time next = earliest();
  if (next != kNever) wheel->schedule(node, next);
}

}  // namespace tcpstack::tcp
