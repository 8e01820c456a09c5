#include "stack/tcp/timeouts.h"

#include <limits>

#include "stack/tcp/connection.h"
#include "stack/tcp/fast_open.h"
#include "stack/tcp/icmp_errors.h"
#include "stack/tcp/keepalive.h"
#include "stack/tcp/loss/rack_tlp.h"
#include "stack/tcp/loss/recovery.h"
#include "stack/tcp/loss/retransmission_timer.h"
#include "stack/tcp/loss/rtt.h"
#include "stack/tcp/loss/scoreboard.h"
#include "stack/tcp/receive/ack_policy.h"
#include "stack/tcp/send/acceptable_seq.h"
#include "stack/tcp/send/nagle.h"
#include "stack/tcp/send/path_mtu.h"

namespace tcpstack::tcp {

namespace {

void tell(const Tcb& tcb, AlarmKind kind, Why why, Context& cx) {
  if (cx.observer != nullptr) cx.observer->alarm({cx.now, tcb, kind, why});
}

// R2 of RFC 9293 section 3.8.3 (MUST-20), with counts of its own for a SYN (MUST-22).
unsigned retries_allowed(const Tcb& tcb, const TcpConfig& config) {
  // MUST-21: the user's timeout is R2, shorter or longer.
  if (tcb.options->user_timeout > Duration::zero()) return std::numeric_limits<unsigned>::max();
  const bool is_syn = tcb.state == State::SYN_SENT || tcb.state == State::SYN_RECEIVED;
  if (is_syn && tcb.options->syn_retries != 0) return tcb.options->syn_retries;
  if (tcb.state == State::SYN_SENT) return config.syn_retries;
  if (tcb.state == State::SYN_RECEIVED) return config.synack_retries;
  return config.retries_r2;
}

void give_up(Tcb& tcb, Context& cx) {
  const Why why{"the peer does not answer: R2 is reached", "RFC 9293 3.8.3 MUST-20"};
  if (!cx.config.tcp.reset_when_given_up) return end(tcb, error_of_timeout(tcb), why, cx);
  end_with_reset(tcb, error_of_timeout(tcb), why, cx);
}

// "RETRANSMISSION TIMEOUT: For any state if the retransmission timeout expires on a segment in the
// retransmission queue, send the segment at the front of the retransmission queue again, reinitialize
// the retransmission timer, and return."
void retransmission_timeout(Tcb& tcb, Context& cx) {
  if (tcb.flight.empty()) return;
  ++cx.counters.retransmission_timeouts;
  if (tcb.retransmissions >= retries_allowed(tcb, cx.config.tcp)) {
    return give_up(tcb, cx);
  }
  tell(tcb, AlarmKind::retransmission, {"retransmission timeout", "RFC 6298 5.4"}, cx);
  if (tcb.retransmissions < 0xffff) ++tcb.retransmissions;
  // SHLD-9: "the TCP endpoint SHOULD inform the application of the delivery problem ... when R1 is reached".
  if (tcb.retransmissions == cx.config.tcp.retries_r1 && tcb.options->report_problems) {
    tcb.events.delivery_problem = true;
    cx.note({"R1 retransmissions without an answer", "RFC 9293 3.8.3 SHLD-9"}, &tcb);
  }
  // The loss of a window probe says nothing about the network.
  if (is_synchronized(tcb.state) && !is_probing(tcb)) {
    suspect_black_hole(tcb, cx);
    enter_loss(tcb, cx);
  } else {
    if (is_probing(tcb) && tcb.window_probes < 0xff) ++tcb.window_probes;
    if (tcb.state == State::SYN_SENT) fall_back_to_plain_syn(tcb, cx);
    lose_oldest(tcb);
    // RFC 3168 section 6.1.1.1: a path that swallows an ECN-setup SYN takes one without.
    if (tcb.state == State::SYN_SENT) tcb.offered.ecn = false;
  }
  retransmission_timer::expired(tcb, cx);
}

// Corked text that only the cork holds back: it has waited for an RTO.
bool uncork(Tcb& tcb, Context& cx) {
  const std::uint32_t queued = distance(tcb.snd.nxt, text_end(tcb));
  if (!is_corked(tcb) || queued > usable_window(tcb)) return false;
  tell(tcb, AlarmKind::persist, {"corked text has waited long enough", "Linux: tcp_probe_timer"},
       cx);
  tcb.uncorked = true;
  tcb.pushed = true;
  return true;
}

void persist_timeout(Tcb& tcb, Context& cx) {
  if (uncork(tcb, cx)) return;
  tell(tcb, AlarmKind::persist, {"the window stays closed: probe it", "RFC 9293 3.8.6.1"}, cx);
  tcb.window_probe_due = true;
  back_off(tcb.rtt, cx.config.tcp);  // SHLD-30: the next probe comes after twice the time
}

// "USER TIMEOUT: flush all queues, signal the user 'error: connection aborted due to user timeout' ...
// delete the TCB, enter the CLOSED state, and return."
void user_timeout(Tcb& tcb, Context& cx) {
  end(tcb, error_of_timeout(tcb), {"user timeout", "RFC 9293 3.10.8"}, cx);
}

// "TIME-WAIT TIMEOUT: delete the TCB, enter the CLOSED state, and return."
void time_wait_timeout(Tcb& tcb, Context& cx) {
  end(tcb, Error::none, {"2 MSL have passed", "RFC 9293 3.10.8"}, cx);
}

void fin_wait_2_timeout(Tcb& tcb, Context& cx) {
  end(tcb, Error::none, {"the peer never closed", "Linux: tcp_fin_timeout"}, cx);
}

void go_off(Tcb& tcb, AlarmKind kind, Context& cx) {
  switch (kind) {
    case AlarmKind::retransmission: return retransmission_timeout(tcb, cx);
    case AlarmKind::tail_loss_probe: return tail_loss_probe_timeout(tcb, cx);
    case AlarmKind::reordering: return reordering_timeout(tcb, cx);
    case AlarmKind::persist: return persist_timeout(tcb, cx);
    case AlarmKind::delayed_ack: return owe_ack(tcb, tcb.ack.why);
    case AlarmKind::keepalive: return keepalive_timeout(tcb, cx);
    case AlarmKind::user_timeout: return user_timeout(tcb, cx);
    case AlarmKind::time_wait: return time_wait_timeout(tcb, cx);
    case AlarmKind::fin_wait_2: return fin_wait_2_timeout(tcb, cx);
    case AlarmKind::pacing: return;  // the connection is ready: output looks again
  }
}

}  // namespace

void time_passes(Tcb& tcb, Context& cx) {
  for (std::size_t i = 0; i < kAlarmCount; ++i) {
    const auto kind = static_cast<AlarmKind>(i);
    if (tcb.alarms.deadline(kind) > cx.now) continue;
    tcb.alarms.stop(kind);
    go_off(tcb, kind, cx);
  }
  tcb.alarms.rearm();
}

}  // namespace tcpstack::tcp
