// 3.10.5: ABORT.
#include "stack/tcp/calls.h"
#include "stack/tcp/connection.h"

namespace tcpstack::tcp {

std::expected<void, Error> call_abort(Tcb& tcb, Context& cx) {
  const Why why{"ABORT", "RFC 9293 3.10.5"};
  if (tcb.state != State::CLOSED) tcb.receive_queue.clear();
  switch (tcb.state) {
    case State::CLOSED:
    case State::LISTEN: return std::unexpected(Error::does_not_exist);
    case State::SYN_RECEIVED:
    case State::ESTABLISHED:
    case State::FIN_WAIT_1:
    case State::FIN_WAIT_2:
    case State::CLOSE_WAIT:
      // "Send a reset segment: <SEQ=SND.NXT><CTL=RST>. All queued SENDs and RECEIVEs should be given
      // 'connection reset' notification."
      end_with_reset(tcb, Error::reset, why, cx);
      return {};
    case State::SYN_SENT:
    case State::CLOSING:
    case State::LAST_ACK:
    case State::TIME_WAIT:
      // "Respond 'ok' and delete the TCB, enter CLOSED state, and return."
      end(tcb, Error::reset, why, cx);
      return {};
  }
  return std::unexpected(Error::does_not_exist);
}

}  // namespace tcpstack::tcp
