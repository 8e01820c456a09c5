#include "stack/tcp/send/buffers.h"

#include <algorithm>

#include "stack/tcp/loss/cwnd.h"

namespace tcpstack::tcp {

std::size_t room_to_send(const Tcb& tcb) {
  const std::size_t used = tcb.send_queue.size();
  const std::uint32_t waiting = not_sent(tcb);
  if (used >= tcb.send_capacity || waiting >= tcb.options->not_sent_low) return 0;
  return std::min<std::size_t>(tcb.send_capacity - used, tcb.options->not_sent_low - waiting);
}

void grow_send_buffer(Tcb& tcb, Context& cx) {
  if (tcb.options->send_buffer != 0) return;
  const std::uint32_t largest = cx.config.tcp.send_buffer.largest;
  const std::uint32_t cwnd = congestion_window(tcb, cx.config.tcp).cwnd;
  const std::uint32_t wanted = cwnd < largest / 2 ? 2 * cwnd : largest;
  tcb.send_capacity = std::max(tcb.send_capacity, wanted);
}

}  // namespace tcpstack::tcp
