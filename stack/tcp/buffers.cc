#include "stack/tcp/buffers.h"

#include <algorithm>

namespace tcpstack::tcp {

void grow_send_buffer(Tcb& tcb, Context& cx) {
  const std::size_t wanted = 2UL * tcb.recovery.window.cwnd;
  tcb.send_capacity =
      std::max(tcb.send_capacity, std::min(wanted, cx.config.tcp.send_buffer.largest));
}

void user_has_read(Tcb& tcb, std::size_t size, Context& cx) {
  ReceiveRate& rate = tcb.receive_rate;
  rate.read += static_cast<std::uint32_t>(size);
  const Duration round = tcb.rtt.measured ? tcb.rtt.srtt : cx.config.tcp.rto_initial;
  if (cx.now - rate.round_begin < round) return;
  const std::size_t largest = cx.config.tcp.receive_buffer.largest / 2;
  const std::size_t wanted = std::min(2UL * rate.read, largest);
  tcb.receive_capacity = std::max(tcb.receive_capacity, wanted);
  rate = {.round_begin = cx.now, .read = 0};
}

}  // namespace tcpstack::tcp
