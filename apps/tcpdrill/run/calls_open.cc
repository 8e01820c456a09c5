// Making and closing sockets: socket, bind, listen, accept, connect, close, shutdown, fcntl, ioctl.
#include <cerrno>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <fcntl.h>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/language/symbols.h"
#include "apps/tcpdrill/run/calls.h"

namespace tcpstack::drill {
namespace {

// The descriptor that the script names as the result. Any number can be a name.
std::optional<int> named_descriptor(const Call& call) {
  const std::int64_t fd = evaluate(call.result);
  return fd < 0 ? std::nullopt : std::optional(static_cast<int>(fd));
}

bool wants_fast_open(const Descriptor& socket) {
  const auto wish = socket.options.find({SOL_TCP, TCP_FASTOPEN_CONNECT});
  return wish != socket.options.end() && wish->second != 0;
}

bool is_over(tcp::State state) {
  return state == tcp::State::CLOSED || state == tcp::State::TIME_WAIT;
}

}  // namespace

Calls::Result Calls::socket(Attempt& attempt) {
  if (argument(*attempt.called, 0).kind != Expr::Kind::ellipsis &&
      argument_value(*attempt.called, 0) != AF_INET)
    throw Unsupported(argument(*attempt.called, 0).text);
  const std::int64_t flags = argument_value(*attempt.called, 1);
  const std::int64_t type = flags & ~std::int64_t{SOCK_NONBLOCK | SOCK_CLOEXEC};
  if (type != SOCK_STREAM && type != SOCK_DGRAM) throw Unsupported("SOCK_RAW");
  const auto fd = named_descriptor(*attempt.called);
  if (!fd) return Outcome{3, 0};
  put(*fd, {.kind = type == SOCK_DGRAM ? Descriptor::Kind::datagrams : Descriptor::Kind::fresh,
            .nonblocking = (flags & SOCK_NONBLOCK) != 0});
  return Outcome{*fd, 0};
}

Calls::Result Calls::bind(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  if (is_null(argument(*attempt.called, 1))) return failed(EFAULT);
  const std::uint16_t port = port_of(argument(*attempt.called, 1), addresses_.port);
  if (socket->kind == Descriptor::Kind::datagrams)
    return bind_datagrams(*socket, {addresses_.local, port});
  if (socket->bound.port != 0 || socket->kind != Descriptor::Kind::fresh) return failed(EINVAL);
  socket->bound = {addresses_.local, port};
  return Outcome{};
}

Calls::Result Calls::listen(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  if (socket->kind == Descriptor::Kind::listener) return Outcome{};
  if (socket->kind != Descriptor::Kind::fresh) return failed(EINVAL);
  if (socket->bound.port == 0) socket->bound = {addresses_.local, addresses_.port};
  const std::int64_t backlog = argument_value(*attempt.called, 1);
  // Linux lets one connection more wait than the backlog.
  const auto listener = host_.stack().listen(
      socket->bound, static_cast<std::size_t>(std::max<std::int64_t>(backlog, 0) + 1));
  if (!listener)
    return failed(listener.error() == tcp::Error::address_in_use ? EADDRINUSE : EINVAL);
  socket->kind = Descriptor::Kind::listener;
  socket->listener = *listener;
  host_.apply(socket->options, socket->listener);
  return Outcome{};
}

Calls::Result Calls::accept(Attempt& attempt) {
  Descriptor* const listener = descriptor(*attempt.called);
  if (listener == nullptr) return failed(EBADF);
  if (listener->kind != Descriptor::Kind::listener) return failed(EINVAL);
  const auto connection = host_.stack().accept(listener->listener, host_.stack_time());
  if (!connection) {
    listener->acceptable = false;
    return listener->nonblocking ? Result(failed(EAGAIN)) : std::nullopt;
  }
  const auto fd = named_descriptor(*attempt.called);
  if (!fd) return Outcome{4, 0};
  Descriptor& socket = put(*fd, {.kind = Descriptor::Kind::stream,
                                 .options = listener->options,
                                 .linger_zero = listener->linger_zero,
                                 .connection = *connection});
  const auto ends = status(socket);
  apply_options(socket);
  socket.flow = flows_.find(ends.local, ends.remote);
  if (socket.flow != nullptr) flows_.select(*socket.flow);
  socket.writable_events = 1;
  return Outcome{*fd, 0};
}

Calls::Result Calls::connect(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  if (is_null(argument(*attempt.called, 1))) return failed(EFAULT);
  if (socket->kind == Descriptor::Kind::stream) return connect_progress(*socket);
  const std::uint16_t port = port_of(argument(*attempt.called, 1), addresses_.port);
  const Endpoint remote{addresses_.remote, port};
  if (socket->kind == Descriptor::Kind::datagrams) return connect_datagrams(*socket, remote);
  if (socket->kind != Descriptor::Kind::fresh) return failed(EISCONN);
  socket->connect_is_put_off =
      wants_fast_open(*socket) && host_.stack().fast_open_cookie(remote.address).has_value();
  if (socket->connect_is_put_off) return Outcome{};
  const auto connection = host_.stack().open(remote, socket->bound, host_.stack_time());
  if (!connection) return failed(EADDRNOTAVAIL);
  begin_connecting(*socket, *connection, remote);
  if (wants_fast_open(*socket)) (void)host_.stack().offer_text(*connection, {}, host_.stack_time());
  return socket->nonblocking ? Result(failed(EINPROGRESS)) : std::nullopt;
}

void Calls::begin_connecting(Descriptor& socket, ConnectionId connection, const Endpoint& remote) {
  socket.kind = Descriptor::Kind::stream;
  socket.connection = connection;
  socket.connecting = true;
  socket.flow = &flows_.open(status(socket).local, remote);
  apply_options(socket);
}

Outcome Calls::connect_with_text(Attempt& attempt, Descriptor& socket, std::size_t size) {
  if (!may_ask_for_cookies(host_.stack().config())) return failed(EOPNOTSUPP);
  const Endpoint remote{addresses_.remote, addresses_.port};
  const Buffer text = pattern(1, size);
  const auto connection = host_.stack().open(remote, socket.bound, host_.stack_time());
  if (!connection) return failed(EADDRNOTAVAIL);
  begin_connecting(socket, *connection, remote);
  attempt.done = host_.stack().offer_text(*connection, text, host_.stack_time()).value_or(0);
  socket.bytes_written = attempt.done;
  const bool stays_silent = attempt.done == 0 && socket.nonblocking;
  return stays_silent ? failed(EINPROGRESS) : Outcome{static_cast<std::int64_t>(attempt.done), 0};
}

// The second connect() and later ones on a socket, and the completion of a blocking one.
Calls::Result Calls::connect_progress(Descriptor& socket) {
  if (!socket.connecting) return failed(EISCONN);
  const auto now = status(socket);
  if (now.state == tcp::State::SYN_SENT || now.state == tcp::State::SYN_RECEIVED)
    return socket.nonblocking ? Result(failed(EALREADY)) : std::nullopt;
  socket.connecting = false;
  if (now.state != tcp::State::CLOSED) return Outcome{};
  const int error = take_error(socket);
  return failed(error != 0 ? error : ECONNABORTED);
}

Calls::Result Calls::close(Attempt& attempt) {
  const int fd = static_cast<int>(argument_value(*attempt.called, 0));
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  if (socket->kind == Descriptor::Kind::listener)
    host_.stack().close(socket->listener, host_.stack_time());
  if (socket->socket) host_.stack().close(*socket->socket);
  if (socket->kind == Descriptor::Kind::stream) {
    const bool ended = is_over(status(*socket).state);
    if (socket->linger_zero && !ended)
      (void)host_.stack().abort(socket->connection, host_.stack_time());
    host_.stack().release(socket->connection, host_.stack_time());
  }
  for (auto& [other, descriptor] : descriptors_)
    std::erase_if(descriptor.interests, [&](const auto& interest) { return interest.fd == fd; });
  descriptors_.erase(fd);
  return Outcome{};
}

Calls::Result Calls::shutdown(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  const std::int64_t how = argument_value(*attempt.called, 1);
  if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return failed(EINVAL);
  if (socket->kind == Descriptor::Kind::listener) throw Unsupported("shutdown() of a listener");
  if (socket->kind == Descriptor::Kind::datagrams) throw Unsupported("shutdown() of datagrams");
  if (socket->kind != Descriptor::Kind::stream || is_over(status(*socket).state))
    return failed(ENOTCONN);
  if (how != SHUT_WR) socket->read_shut = true;
  if (how == SHUT_RD || socket->write_shut) return Outcome{};
  socket->write_shut = true;
  (void)host_.stack().close(socket->connection, host_.stack_time());
  return Outcome{};
}

Calls::Result Calls::fcntl(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  switch (argument_value(*attempt.called, 1)) {
    case F_GETFL: return Outcome{O_RDWR | (socket->nonblocking ? O_NONBLOCK : 0), 0};
    case F_SETFL:
      socket->nonblocking = (argument_value(*attempt.called, 2) & O_NONBLOCK) != 0;
      return Outcome{};
    default: throw Unsupported("fcntl() " + argument(*attempt.called, 1).text);
  }
}

Calls::Result Calls::ioctl(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  const bool datagrams = socket->kind == Descriptor::Kind::datagrams;
  if (socket->kind != Descriptor::Kind::stream && !datagrams) return failed(EINVAL);
  auto now = status(*socket);
  if (datagrams && !socket->received.empty()) now.readable = socket->received.front().data.size();
  const Expr& expected = argument(*attempt.called, 2);
  const Expr& value = expected.kind == Expr::Kind::list && expected.items.size() == 1
                          ? expected.items.front()
                          : expected;
  switch (argument_value(*attempt.called, 1)) {
    case SIOCINQ: check_filled("SIOCINQ", value, static_cast<std::int64_t>(now.readable)); break;
    case SIOCOUTQ:
      check_filled("SIOCOUTQ", value, static_cast<std::int64_t>(now.unacknowledged));
      break;
    default: throw Unsupported("ioctl() " + argument(*attempt.called, 1).text);
  }
  return Outcome{};
}

}  // namespace tcpstack::drill
