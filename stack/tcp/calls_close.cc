// 3.10.4: CLOSE, and the release of the handle.
#include "stack/tcp/calls.h"
#include "stack/tcp/connection.h"

namespace tcpstack::tcp {

namespace {

std::expected<void, Error> close(Tcb& tcb, Context& cx) {
  switch (tcb.state) {
    case State::CLOSED:
      return std::unexpected(tcb.error == Error::none ? Error::does_not_exist : tcb.error);
    case State::LISTEN: return std::unexpected(Error::does_not_exist);
    case State::SYN_SENT:
      // "Delete the TCB and return 'error: connection closing' responses to any queued SENDs, or RECEIVEs."
      end(tcb, Error::closing, {"CLOSE before the peer has answered", "RFC 9293 3.10.4"}, cx);
      return {};
    case State::SYN_RECEIVED:
      // "If no SENDs have been issued and there is no pending data to send, then form a FIN segment and send
      // it, and enter FIN-WAIT-1 state; otherwise, queue for processing after entering ESTABLISHED state."
      // A FIN that waits for ESTABLISHED in either case loses nothing and keeps our SYN apart from it.
      tcb.fin_queued = true;
      return {};
    case State::ESTABLISHED:
      // "Queue this until all preceding SENDs have been segmentized, then form a FIN segment and send it. In
      // any case, enter FIN-WAIT-1 state."
      tcb.fin_queued = true;
      enter(tcb, State::FIN_WAIT_1, {"CLOSE", "RFC 9293 3.10.4"}, cx);
      return {};
    case State::CLOSE_WAIT:
      // "Queue this request until all preceding SENDs have been segmentized; then send a FIN segment, enter
      // LAST-ACK state."
      tcb.fin_queued = true;
      enter(tcb, State::LAST_ACK, {"CLOSE after the peer's", "RFC 9293 3.10.4"}, cx);
      return {};
    case State::FIN_WAIT_1:
    case State::FIN_WAIT_2:
    case State::CLOSING:
    case State::LAST_ACK:
    case State::TIME_WAIT: return std::unexpected(Error::closing);
  }
  return std::unexpected(Error::does_not_exist);
}

}  // namespace

std::expected<void, Error> call_close(Tcb& tcb, Context& cx) {
  const auto closed = close(tcb, cx);
  // Section 3.9.1.4: "Close also implies push function".
  if (closed) tcb.pushed = true;
  return closed;
}

// MAY-1: nobody can read from now on. SHLD-3: a RST shows that text was lost.
void call_release(Tcb& tcb, Context& cx) {
  tcb.released = true;
  const bool has_ended = tcb.state == State::CLOSED || tcb.state == State::TIME_WAIT;
  const bool unread = !tcb.receive_queue.empty() && !has_ended;
  tcb.receive_queue.clear();
  if (unread) {
    end_with_reset(tcb, Error::reset, {"closed with text unread", "RFC 1122 4.2.2.13"}, cx);
    return;
  }
  (void)call_close(tcb, cx);
  if (tcb.state == State::FIN_WAIT_2) {
    tcb.alarms.set(AlarmKind::fin_wait_2, cx.now + cx.config.tcp.fin_wait_2_timeout);
  }
}

}  // namespace tcpstack::tcp
