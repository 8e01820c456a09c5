#include "stack/tcp/loss/retransmission_timer.h"

#include <algorithm>

#include "stack/tcp/loss/rtt.h"

namespace tcpstack::tcp::retransmission_timer {

namespace {

bool is_running(const Tcb& tcb) { return tcb.alarms.is_set(AlarmKind::retransmission); }

// Linux: RFC 2018 section 8 gives a peer that has dropped SACKed text until the timeout. If an ACK has stopped before SACKed
// text, the peer has dropped it, and the timer expires after half of SRTT, at least 10 ms, as in Linux
// (`tcp_check_sack_reneging`). You can see it: the first segment leaves again long before the RTO.
constexpr Duration kLeastWaitAfterReneging = std::chrono::milliseconds(10);
Duration allowed(const Tcb& tcb) {
  const bool has_reneged = !tcb.flight.empty() && tcb.flight.front().sacked;
  if (!has_reneged) return tcb.rtt.rto;
  return std::min(tcb.rtt.rto, std::max(tcb.rtt.srtt / 2, kLeastWaitAfterReneging));
}

void restart(Tcb& tcb, Time now) { tcb.alarms.set(AlarmKind::retransmission, now + allowed(tcb)); }

// The user timeout begins with the timer. It is not moved while it runs.
void start(Tcb& tcb, Time now) {
  restart(tcb, now);
  const Duration user_timeout = tcb.options->user_timeout;
  if (user_timeout > Duration::zero() && !tcb.alarms.is_set(AlarmKind::user_timeout))
    tcb.alarms.set(AlarmKind::user_timeout, now + user_timeout);
}

void stop(Tcb& tcb) {
  tcb.alarms.stop(AlarmKind::retransmission);
  tcb.alarms.stop(AlarmKind::user_timeout);
}

// Departs: RFC 6298 (5.5) doubles the RTO at each timeout. The first four timeouts of a SYN do not double it, as in
// Linux (`tcp_syn_linear_timeouts`): a lost SYN is likelier than a path that cannot carry one in each second. You
// can see it: an unanswered SYN leaves at 0, 1, 2, 3, 4 and 5 s, and then at 7 s.
bool is_backing_off(const Tcb& tcb, const TcpConfig& config) {
  return tcb.state != State::SYN_SENT || tcb.retransmissions > config.syn_linear_timeouts;
}

}  // namespace

// RFC 6298 (5.1): "every time a packet containing data is sent (including a retransmission), if the timer is not
// running, start it".
void text_sent(Tcb& tcb, Time now) {
  if (!is_running(tcb)) start(tcb, now);
}

// Linux: RFC 6298 (5.1) leaves a running timer alone. A fast retransmit of the oldest segment restarts it, as in Linux
// (`tcp_xmit_retransmit_queue`), and as RFC 6675 section 6 allows. You can see it: a loss on a path with an RTT near the
// RTO is repaired without a timeout.
void oldest_sent_again(Tcb& tcb, Time now) { restart(tcb, now); }

// RFC 6298 (5.2): "when all outstanding data has been acknowledged, turn off". RFC 6298 (5.3): else "restart".
void acknowledged(Tcb& tcb, Time now) {
  stop(tcb);
  if (!tcb.flight.empty()) start(tcb, now);
}

// RFC 6298 (5.7); RFC 6298 section 5: a later RTO that has backed off stays until the next measurement.
void syn_acknowledged(Tcb& tcb, const TcpConfig& config) {
  if (!tcb.rtt.measured) forget_backoff(tcb.rtt, config);
}

// RFC 6298 (5.5), RFC 6298 (5.6)
void expired(Tcb& tcb, Context& cx) {
  if (is_backing_off(tcb, cx.config.tcp)) back_off(tcb.rtt, cx.config.tcp);
  restart(tcb, cx.now);
}

void probe_sent(Tcb& tcb, Time now) { restart(tcb, now); }

void user_timeout_changed(Tcb& tcb, Duration before, Time now) {
  const Duration user_timeout = tcb.options->user_timeout;
  if (user_timeout == before) return;
  const bool was_running = tcb.alarms.is_set(AlarmKind::user_timeout);
  const Time begin = was_running ? tcb.alarms.deadline(AlarmKind::user_timeout) - before : now;
  tcb.alarms.stop(AlarmKind::user_timeout);
  if (user_timeout > Duration::zero() && !tcb.flight.empty())
    tcb.alarms.set(AlarmKind::user_timeout, begin + user_timeout);
}

Time deadline(const Tcb& tcb) { return tcb.alarms.deadline(AlarmKind::retransmission); }

}  // namespace tcpstack::tcp::retransmission_timer
