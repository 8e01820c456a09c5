#include "stack/tcp/keepalive.h"

#include "stack/tcp/connection.h"

namespace tcpstack::tcp {

void start_keepalive(Tcb& tcb, Context& cx) {
  tcb.keepalive.unanswered = 0;
  tcb.keepalive.due = false;
  const bool may_probe = is_synchronized(tcb.state) && tcb.state != State::TIME_WAIT;
  if (!tcb.options->keepalive || !may_probe) return tcb.alarms.stop(AlarmKind::keepalive);
  tcb.alarms.set(AlarmKind::keepalive, cx.now + tcb.options->keepalive_idle);
}

// The interval and the number of probes count from the next probe on.
void keepalive_options_changed(Tcb& tcb, const ConnectionOptions& before, Context& cx) {
  const ConnectionOptions& now = *tcb.options;
  if (now.keepalive != before.keepalive || now.keepalive_idle != before.keepalive_idle)
    start_keepalive(tcb, cx);
}

// The alarm is not moved for each segment: it looks at last_heard when it goes off.
void heard_from_peer(Tcb& tcb, Context& cx) {
  tcb.keepalive.last_heard = cx.now;
  tcb.keepalive.unanswered = 0;
}

void keepalive_timeout(Tcb& tcb, Context& cx) {
  Keepalive& keepalive = tcb.keepalive;
  const Time due = keepalive.last_heard + tcb.options->keepalive_idle;
  const bool heard_since = keepalive.unanswered == 0 && cx.now < due;
  // MUST-26: "keep-alive packets MUST only be sent when no sent data is outstanding".
  if (heard_since || !tcb.flight.empty()) {
    tcb.alarms.set(AlarmKind::keepalive, heard_since ? due : cx.now + tcb.options->keepalive_idle);
    return;
  }
  // MUST-29: one unanswered probe says nothing about the connection.
  if (keepalive.unanswered >= tcb.options->keepalive_probes) {
    end_with_reset(tcb, Error::aborted, {"no keep-alive was answered", "RFC 9293 3.8.4"}, cx);
    return;
  }
  ++keepalive.unanswered;
  keepalive.due = true;
  tcb.alarms.set(AlarmKind::keepalive, cx.now + tcb.options->keepalive_interval);
}

}  // namespace tcpstack::tcp
