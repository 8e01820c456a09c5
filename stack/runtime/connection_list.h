// All connections of a runtime, for tables like `ss -ti`; also those without a socket, which are closing or in
// TIME_WAIT.
//
//   for (const runtime::connection_info& each : runtime::list_connections(host))
//     fmt::print("{} {}\n", tcp::name(each.tcp.state), each.remote.to_string());
#pragma once

#include <cstddef>
#include <vector>

#include "stack/runtime/runtime.h"
#include "stack/stack.h"
#include "stack/wire/address.h"

namespace tcpstack::runtime {

struct connection_info {
  ConnectionId id;
  Endpoint local;
  Endpoint remote;
  tcp::TcpInfo tcp;
  std::size_t receive_queue = 0;  // bytes that the user has not read yet; ss: Recv-Q
  std::size_t send_queue = 0;     // bytes that the peer has not acknowledged yet; ss: Send-Q
  bool has_user = false;          // a socket holds it, or it waits to be accepted
};

// In the order of their handles. Looks at each connection: for people, not for every packet.
std::vector<connection_info> list_connections(runtime& owner);

struct listener_info {
  ListenerId id;
  Endpoint local;
};
std::vector<listener_info> list_listeners(runtime& owner);

}  // namespace tcpstack::runtime
