// Datagram sockets (RFC 768, RFC 1122 section 4.1), for the calls of calls_open.cc and calls_transfer.cc.
//
// Received datagrams are taken from the stack at once, so that poll() can see them. Errors are Linux's: the next
// call on a connected socket reports a final ICMP error, once.
#include <cerrno>
#include <sys/socket.h>
#include <utility>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/language/symbols.h"
#include "apps/tcpdrill/run/calls.h"

namespace tcpstack::drill {
namespace {

int errno_of(udp::Error error) {
  switch (error) {
    case udp::Error::does_not_exist: return EBADF;
    case udp::Error::illegal: return EINVAL;
    case udp::Error::address_in_use: return EADDRINUSE;
    case udp::Error::insufficient: return EAGAIN;
    case udp::Error::message_too_long: return EMSGSIZE;
    case udp::Error::would_block: return EAGAIN;
  }
  return EPROTO;
}

// Linux: icmp_err_convert. 0: not final, so not reported.
int errno_of(ip::IcmpProblem problem) {
  switch (problem) {
    case ip::IcmpProblem::port_unreachable: return ECONNREFUSED;
    case ip::IcmpProblem::protocol_unreachable: return ENOPROTOOPT;
    case ip::IcmpProblem::parameter_problem: return EPROTO;
    case ip::IcmpProblem::net_prohibited: return ENETUNREACH;
    case ip::IcmpProblem::host_prohibited: return EHOSTUNREACH;
    case ip::IcmpProblem::net_unreachable:
    case ip::IcmpProblem::host_unreachable:
    case ip::IcmpProblem::fragmentation_needed:
    case ip::IcmpProblem::source_route_failed:
    case ip::IcmpProblem::time_exceeded: return 0;
  }
  return 0;
}

bool names_destination(const Call& call) {
  if (call.name == "sendto") return call.arguments.size() > 4 && !is_null(argument(call, 4));
  return call.name == "sendmsg" && field(argument(call, 1), "msg_name") != nullptr;
}

}  // namespace

void Calls::hear(Descriptor& socket, const tcpstack::Event& event) {
  auto& stack = host_.stack();
  if (event.readable) ++socket.readable_events;
  Buffer data(udp::kMaxData);
  while (const auto received = stack.receive_from(*socket.socket, data)) {
    const bool is_from_peer = !socket.peer || *socket.peer == received->remote;
    if (!is_from_peer) continue;
    const auto end = data.begin() + static_cast<std::ptrdiff_t>(received->size);
    socket.received.push_back({received->remote, Buffer(data.begin(), end)});
  }
  while (const auto failure = stack.take_failure(*socket.socket)) {
    if (socket.peer == failure->remote) socket.pending_error = errno_of(failure->problem);
  }
}

Calls::Result Calls::bind_datagrams(Descriptor& socket, const Endpoint& local) {
  if (socket.socket) return failed(EINVAL);
  const auto opened = host_.stack().open_udp(local, host_.stack_time());
  if (!opened) return failed(errno_of(opened.error()));
  socket.socket = *opened;
  flows_.datagrams() = {.ours = host_.stack().local_endpoint(*opened).value(),
                        .peer = {addresses_.remote, Addresses::kDatagramPeerPort}};
  flows_.datagrams()->ours.address = addresses_.local;
  return Outcome{};
}

Calls::Result Calls::connect_datagrams(Descriptor& socket, const Endpoint& remote) {
  if (!socket.socket) {
    const auto bound = bind_datagrams(socket, {addresses_.local, 0});
    if (bound->value < 0) return bound;
  }
  socket.peer = remote;
  flows_.datagrams()->peer = remote;
  return Outcome{};
}

Calls::Result Calls::receive_datagram(Descriptor& socket, std::size_t size, std::int64_t flags) {
  if (socket.pending_error != 0) return failed(std::exchange(socket.pending_error, 0));
  if (socket.received.empty()) {
    const bool returns = socket.nonblocking || (flags & MSG_DONTWAIT) != 0;
    return returns ? Result(failed(EAGAIN)) : std::nullopt;
  }
  const Descriptor::Datagram& next = socket.received.front();
  if (next.data != pattern(1, next.data.size()))
    throw Mismatch("a datagram was read with other data than it was sent with");
  socket.truncated = size < next.data.size();
  const Outcome outcome{static_cast<std::int64_t>(std::min(size, next.data.size())), 0};
  if ((flags & MSG_PEEK) == 0) socket.received.pop_front();
  return outcome;
}

Calls::Result Calls::transmit_datagram(const Call& call, Descriptor& socket, std::size_t size) {
  if (socket.pending_error != 0) return failed(std::exchange(socket.pending_error, 0));
  if (!socket.peer && !names_destination(call)) return failed(EDESTADDRREQ);
  if (!socket.socket) {
    const auto bound = bind_datagrams(socket, {addresses_.local, 0});
    if (bound->value < 0) return bound;
  }
  const Endpoint otherwise{addresses_.remote, Addresses::kDatagramPeerPort};
  const auto sent = host_.stack().send_to(*socket.socket, socket.peer.value_or(otherwise),
                                          pattern(1, size), host_.stack_time());
  return sent ? Outcome{static_cast<std::int64_t>(size), 0} : failed(errno_of(sent.error()));
}

}  // namespace tcpstack::drill
