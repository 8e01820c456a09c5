// 3.10.2: SEND.
#include <algorithm>
#include <utility>

#include "stack/tcp/calls.h"
#include "stack/tcp/send/buffers.h"
#include "stack/tcp/send/records.h"

namespace tcpstack::tcp {

namespace {

std::expected<std::size_t, Error> queue(Tcb& tcb, Bytes text, SendFlags flags, Context& cx) {
  const std::size_t room = room_to_send(tcb, cx.config.tcp);
  if (room == 0 && !text.empty()) {
    tcb.send_refused = true;
    return std::unexpected(Error::would_block);
  }
  const std::size_t taken = std::min(room, text.size());
  if (flags.constant) {
    tcb.send_queue.append_constant(text.first(taken));
  } else {
    tcb.send_queue.append(text.first(taken));
  }
  tcb.uncorked = false;
  tcb.more_follows = flags.more_follows;
  tcb.pushed = !flags.more_follows;  // MAY-16
  if (flags.end_of_record && taken > 0 && taken == text.size()) end_record(tcb);
  return taken;
}

// Linux: RFC 9293 section 3.10.2 has one error for a connection that has ended. We say why it has ended, once, and then
// that this side is closed, as Linux does (`sk_stream_error`). You can see it: after a RST one SEND fails with "reset", the
// next with "closing".
Error tell_end(Tcb& tcb) {
  if (tcb.error == Error::none) return Error::does_not_exist;
  return std::exchange(tcb.error_told, true) ? Error::closing : tcb.error;
}

}  // namespace

std::expected<std::size_t, Error> call_send(Tcb& tcb, Bytes text, SendFlags flags, Context& cx) {
  switch (tcb.state) {
    case State::CLOSED: return std::unexpected(tell_end(tcb));
    case State::LISTEN: return std::unexpected(Error::does_not_exist);
    case State::SYN_SENT:
    case State::SYN_RECEIVED:
      // "Queue the data for transmission after entering ESTABLISHED state."
      if (tcb.fin_queued) return std::unexpected(Error::closing);
      return queue(tcb, text, flags, cx);
    case State::ESTABLISHED:
    case State::CLOSE_WAIT: return queue(tcb, text, flags, cx);
    case State::FIN_WAIT_1:
    case State::FIN_WAIT_2:
    case State::CLOSING:
    case State::LAST_ACK:
    case State::TIME_WAIT: return std::unexpected(Error::closing);
  }
  return std::unexpected(Error::does_not_exist);
}

std::expected<std::size_t, Error> call_send_urgent(Tcb& tcb, Bytes text, Context& cx) {
  const auto taken = call_send(tcb, text, {}, cx);
  // MUST-62: "the urgent pointer MUST point to the sequence number of the octet following the urgent data".
  if (taken) tcb.snd.up = text_end(tcb);
  return taken;
}

}  // namespace tcpstack::tcp
