// 3.10.6: STATUS.
#include "stack/tcp/calls.h"
#include "stack/tcp/send/buffers.h"

namespace tcpstack::tcp {

namespace {

// MUST-33: the number of urgent bytes in the text that the user reads next.
std::size_t urgent_left(const Tcb& tcb) {
  const Seq next_to_read = read_position(tcb);
  return tcb.rcv.up > next_to_read ? distance(next_to_read, tcb.rcv.up) : 0;
}

}  // namespace

ConnectionStatus call_status(const Tcb& tcb, const TcpConfig& config) {
  const std::size_t queued = tcb.send_queue.size();
  return {.state = tcb.state,
          .error = tcb.error,
          .soft_error = tcb.soft_error,
          .local = tcb.local,
          .remote = tcb.remote,
          .readable = tcb.receive_queue.size(),
          .at_end = tcb.fin && tcb.rcv.nxt > *tcb.fin,
          .urgent = urgent_left(tcb),
          .unacknowledged = queued,
          .writable = room_to_send(tcb, config),
          .has_room = has_room(tcb)};
}

}  // namespace tcpstack::tcp
