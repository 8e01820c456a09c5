// 3.10.3: RECEIVE.
#include <algorithm>

#include "stack/tcp/calls.h"
#include "stack/tcp/receive/ack_policy.h"
#include "stack/tcp/receive/receive_rate.h"
#include "stack/tcp/receive/window.h"

namespace tcpstack::tcp {

namespace {

void text_was_taken(Tcb& tcb, std::size_t size, Context& cx) {
  user_has_read(tcb, size, cx);
  tcb.rcv.up = later(tcb.rcv.up, read_position(tcb));  // it never falls 2^31 behind
  if (tcb.receive_queue.empty()) user_has_emptied_queue(tcb);
  // Offers the new room to the peer as soon as it is worth a segment.
  if (is_receiving(tcb.state) && is_window_update_due(tcb)) {
    owe_ack(tcb, {"window update", "RFC 9293 3.8.6.2.2"});
  }
}

// Readable bytes; zero at the end of the stream. Errors: the reason why there are none. Once the user has heard why the
// connection has ended, its stream ends there.
std::expected<std::size_t, Error> readable(const Tcb& tcb) {
  const std::size_t size = tcb.receive_queue.size();
  const bool empty = size == 0;
  switch (tcb.state) {
    case State::CLOSED:
      if (empty && is_error_untold(tcb) && !is_past_fin(tcb)) return std::unexpected(tcb.error);
      return size;
    case State::LISTEN:
    case State::SYN_SENT: return std::unexpected(Error::would_block);
    case State::SYN_RECEIVED:
      if (!is_served_early(tcb) || empty) return std::unexpected(Error::would_block);
      return size;
    case State::ESTABLISHED:
    case State::FIN_WAIT_1:
    case State::FIN_WAIT_2:
      if (empty) return std::unexpected(Error::would_block);
      return size;
    case State::CLOSE_WAIT:
    case State::CLOSING:
    case State::LAST_ACK:
    case State::TIME_WAIT:
      // "Since the remote side has already sent FIN, RECEIVEs must be satisfied by data already on hand,
      // but not yet delivered to the user." After that: the end of the stream.
      return size;
  }
  return std::unexpected(Error::does_not_exist);
}

std::expected<std::size_t, Error> tell_readable(Tcb& tcb) {
  const auto there = readable(tcb);
  if (!there && tcb.state == State::CLOSED) tcb.error_told = true;
  return there;
}

}  // namespace

std::expected<std::size_t, Error> call_receive(Tcb& tcb, MutableBytes text, Context& cx) {
  if (text.empty()) return 0;
  const auto there = tell_readable(tcb);
  if (!there || *there == 0) return there;
  const std::size_t size = tcb.receive_queue.read(text);
  text_was_taken(tcb, size, cx);
  return size;
}

std::expected<std::size_t, Error> call_skip(Tcb& tcb, std::size_t most, Context& cx) {
  if (most == 0) return 0;
  const auto there = tell_readable(tcb);
  if (!there || *there == 0) return there;
  const std::size_t size = std::min(*there, most);
  tcb.receive_queue.discard(size);
  text_was_taken(tcb, size, cx);
  return size;
}

std::expected<std::size_t, Error> call_peek(const Tcb& tcb, MutableBytes text) {
  if (text.empty()) return 0;
  const auto there = readable(tcb);
  if (!there || *there == 0) return there;
  return tcb.receive_queue.peek(0, text);
}

}  // namespace tcpstack::tcp
