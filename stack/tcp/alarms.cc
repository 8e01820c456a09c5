#include "stack/tcp/alarms.h"

#include <algorithm>

namespace tcpstack::tcp {

const char* name(AlarmKind kind) {
  switch (kind) {
    case AlarmKind::tail_loss_probe: return "tail_loss_probe";
    case AlarmKind::retransmission: return "retransmission";
    case AlarmKind::delayed_ack: return "delayed_ack";
    case AlarmKind::keepalive: return "keepalive";
    case AlarmKind::reordering: return "reordering";
    case AlarmKind::persist: return "persist";
    case AlarmKind::user_timeout: return "user_timeout";
    case AlarmKind::time_wait: return "time_wait";
    case AlarmKind::fin_wait_2: return "fin_wait_2";
    case AlarmKind::pacing: return "pacing";
  }
  return "?";
}

Time Alarms::earliest() const {
  const Time first = *std::ranges::min_element(common);
  return rare.is_made() ? std::min(first, *std::ranges::min_element(rare->of_kind)) : first;
}

void Alarms::set(AlarmKind kind, Time deadline) {
  const auto i = static_cast<std::size_t>(kind);
  (i < kCommonAlarms ? common[i] : rare.make().of_kind[i - kCommonAlarms]) = deadline;
  wheel->schedule_earlier(node, deadline);
}

void Alarms::stop_all() {
  common.fill(kNever);
  rare.drop();
  wheel->cancel(node);
}

void Alarms::rearm() {
  const Time next = earliest();
  if (next != kNever) wheel->schedule(node, next);
}

}  // namespace tcpstack::tcp
