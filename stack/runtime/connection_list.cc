#include "stack/runtime/connection_list.h"

namespace tcpstack::runtime {

namespace {

connection_info describe(ConnectionId id, const tcp::Tcb& tcb, const TcpConfig& config, Time now) {
  return {.id = id,
          .local = tcb.local,
          .remote = tcb.remote,
          .tcp = tcp::tcp_info(tcb, config, now),
          .receive_queue = tcb.receive_queue.size(),
          .send_queue = tcb.send_queue.size(),
          .has_user = !tcb.released};
}

}  // namespace

std::vector<connection_info> list_connections(runtime& owner) {
  const Stack& stack = owner.stack();
  std::vector<connection_info> list;
  for (const ConnectionId id : stack.connections()) {
    if (const tcp::Tcb* const tcb = stack.tcb(id))
      list.push_back(describe(id, *tcb, stack.config().tcp, owner.now()));
  }
  return list;
}

std::vector<listener_info> list_listeners(runtime& owner) {
  const Stack& stack = owner.stack();
  std::vector<listener_info> list;
  for (const ListenerId id : stack.listeners()) {
    if (const auto local = stack.local_endpoint(id)) list.push_back({id, *local});
  }
  return list;
}

}  // namespace tcpstack::runtime
