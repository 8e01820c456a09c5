// 3.10.7.4, fourth: "check the SYN bit".
#include "stack/tcp/arrives.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/receive/ack_policy.h"

namespace tcpstack::tcp {

namespace {

Next challenge(Tcb& tcb, Context& cx) {
  const bool challenged = owe_challenge_ack(
      tcb, {"challenge ACK: SYN on a synchronized connection", "RFC 9293 3.10.7.4 fourth"}, cx);
  return drop(challenged ? Drop::syn_in_window : Drop::challenge_limit, tcb, cx);
}

}  // namespace

Next fourth_check_syn(Tcb& tcb, const Segment& seg, Context& cx) {
  // "Irrespective of the sequence number" (RFC 5961 section 4.2): its own, wherever its text reaches.
  if (!seg.control.syn || is_crossing_syn_ack(tcb, seg)) return Next::go_on;
  switch (tcb.state) {
    case State::CLOSED:
    case State::LISTEN:
    case State::SYN_SENT: return Next::stop;
    case State::SYN_RECEIVED:
      // "If the connection was initiated with a passive OPEN, then return this connection to the LISTEN state and
      // return." The listener is still there; the peer's next SYN finds it.
      if (tcb.passive) {
        end(tcb, Error::reset, {"another SYN: back to the listener", "RFC 9293 3.10.7.4 fourth"},
            cx);
        return drop(Drop::syn_to_listener, tcb, cx);
      }
      [[fallthrough]];
    case State::ESTABLISHED:
    case State::FIN_WAIT_1:
    case State::FIN_WAIT_2:
    case State::CLOSE_WAIT:
    case State::CLOSING:
    case State::LAST_ACK:
    case State::TIME_WAIT:
      // "TCP implementations that support RFC 5961 MUST send a challenge ACK" (section 4.2).
      return challenge(tcb, cx);
  }
  return Next::stop;
}

bool is_new_incarnation(const Tcb& tcb, const Segment& seg, const TcpConfig& config) {
  const wire::ControlBits& control = seg.control;
  if (tcb.state != State::TIME_WAIT || !control.syn || control.ack || control.rst) return false;
  // MAY-2, SHLD-4, RFC 6191 section 2: the SYN is not an old duplicate if its timestamp is larger, or the first one
  // ever. Without a timestamp, or with the same one, a larger sequence number shows it.
  if (config.timestamps && seg.options.timestamps) {
    if (!tcb.ts.ok) return true;
    const auto newer = static_cast<std::int32_t>(seg.options.timestamps->value - tcb.ts.recent);
    if (newer != 0) return newer > 0;
  }
  return seg.seq > tcb.rcv.nxt;
}

}  // namespace tcpstack::tcp
