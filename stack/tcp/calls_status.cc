// 3.10.6: STATUS.
#include "stack/tcp/calls.h"

namespace tcpstack::tcp {

ConnectionStatus call_status(const Tcb& tcb) {
  const std::size_t queued = tcb.send_queue.size();
  return {.state = tcb.state,
          .error = tcb.error,
          .soft_error = tcb.soft_error,
          .local = tcb.local,
          .remote = tcb.remote,
          .readable = tcb.receive_queue.size(),
          .at_end = tcb.fin && tcb.rcv.nxt > *tcb.fin,
          .unacknowledged = queued,
          .writable = queued < tcb.send_capacity ? tcb.send_capacity - queued : 0};
}

}  // namespace tcpstack::tcp
