// Bytes in and out: read, readv, recv, recvfrom, recvmsg, write, writev, send, sendto, sendmsg.
//
// Both directions carry the pattern of packet_bytes.h, so this code notices lost, doubled or misplaced bytes.
#include <algorithm>
#include <cerrno>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <fmt/format.h>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/language/symbols.h"
#include "apps/tcpdrill/run/calls.h"

namespace tcpstack::drill {
namespace {

void refuse_flags(std::int64_t flags, std::initializer_list<std::pair<int, const char*>> refused) {
  for (const auto& [flag, name] : refused) {
    if ((flags & flag) != 0) throw Unsupported(name);
  }
}

void check_pattern(Bytes text, std::uint64_t position) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != pattern_byte(position + i))
      throw Mismatch(fmt::format("byte {} of the stream was read as {:#04x}, sent as {:#04x}",
                                 position + i, text[i], pattern_byte(position + i)));
  }
}

// [{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=8000}]: the only supported control message.
void check_control(const Expr& list, std::optional<std::int64_t> inq) {
  const auto all = list.kind == Expr::Kind::list ? list.items : std::vector<Expr>{};
  if (all.empty() != !inq)
    throw Mismatch(
        fmt::format("msg_control: expected {} messages, got {}", all.size(), inq ? 1 : 0));
  if (!inq) return;
  const Expr& message = all.front();
  if (all.size() > 1 || evaluate(required_field(message, "cmsg_level")) != SOL_TCP ||
      evaluate(required_field(message, "cmsg_type")) != TCP_CM_INQ)
    throw Unsupported("msg_control other than TCP_CM_INQ");
  check_filled("TCP_CM_INQ", required_field(message, "cmsg_data"), *inq);
}

}  // namespace

Calls::Result Calls::receive(Descriptor& socket, const CallBuffers& buffers, std::int64_t flags) {
  refuse_flags(
      flags, {{MSG_OOB, "MSG_OOB"}, {MSG_ERRQUEUE, "MSG_ERRQUEUE"}, {MSG_WAITALL, "MSG_WAITALL"}});
  const std::size_t size = total(buffers);
  if (socket.kind == Descriptor::Kind::datagrams) return receive_datagram(socket, size, flags);
  if (socket.kind != Descriptor::Kind::stream) return failed(ENOTCONN);
  if (has_null(buffers) && status(socket).readable > 0) return failed(EFAULT);
  Buffer text(size);
  const bool peeks = (flags & MSG_PEEK) != 0;
  auto& stack = host_.stack();
  const auto got = peeks ? stack.peek(socket.connection, text)
                         : stack.receive(socket.connection, text, host_.stack_time());
  if (got) {
    check_pattern(Bytes(text).first(*got), socket.bytes_read + 1);
    if (!peeks) socket.bytes_read += *got;
    return Outcome{static_cast<std::int64_t>(*got), 0};
  }
  if (got.error() != tcp::Error::would_block) {
    const int error = take_error(socket);
    return error != 0 ? failed(error) : Outcome{};
  }
  if (socket.read_shut) return Outcome{};
  const bool returns = socket.nonblocking || (flags & MSG_DONTWAIT) != 0;
  return returns ? Result(failed(EAGAIN)) : std::nullopt;
}

Calls::Result Calls::transmit(Attempt& attempt, Descriptor& socket, const CallBuffers& buffers,
                              std::int64_t flags) {
  // MSG_ZEROCOPY is a way of copying. Its completion comes by MSG_ERRQUEUE, which is unsupported.
  refuse_flags(flags, {{MSG_OOB, "MSG_OOB"}});
  const std::size_t size = total(buffers);
  if (socket.kind == Descriptor::Kind::datagrams)
    return transmit_datagram(*attempt.called, socket, size);
  const bool returns = socket.nonblocking || (flags & MSG_DONTWAIT) != 0;
  const bool opens = (flags & MSG_FASTOPEN) != 0 || socket.connect_is_put_off;
  if (socket.kind == Descriptor::Kind::fresh && opens) {
    const auto outcome = connect_with_text(attempt, socket, size);
    if (outcome.value < 0 || returns) return outcome;
  }
  if (socket.kind != Descriptor::Kind::stream) return failed(EPIPE);
  const auto state = status(socket).state;
  if (socket.connecting && (state == tcp::State::SYN_SENT || state == tcp::State::SYN_RECEIVED))
    return returns ? Result(failed(EAGAIN)) : std::nullopt;
  if (has_null(buffers) && !socket.write_shut) return failed(EFAULT);
  const Buffer text = pattern(socket.bytes_written + 1, size - attempt.done);
  const SendFlags how{.more_follows = (flags & MSG_MORE) != 0,
                      .end_of_record = (flags & MSG_EOR) != 0};
  const auto taken = host_.stack().send(socket.connection, text, host_.stack_time(), how);
  if (!taken && taken.error() != tcp::Error::would_block) {
    if (attempt.done > 0) return Outcome{static_cast<std::int64_t>(attempt.done), 0};
    const int error = take_error(socket);
    return failed(error != 0 ? error : EPIPE);
  }
  attempt.done += taken.value_or(0);
  socket.bytes_written += taken.value_or(0);
  if (attempt.done == size || (returns && attempt.done > 0))
    return Outcome{static_cast<std::int64_t>(attempt.done), 0};
  return returns ? Result(failed(EAGAIN)) : std::nullopt;
}

Calls::Result Calls::read(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  return receive(*socket, buffer_argument(*attempt.called), 0);
}

Calls::Result Calls::readv(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  return receive(*socket, iovec_buffers(argument(*attempt.called, 1)), 0);
}

// recv and recvfrom
Calls::Result Calls::recv(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  return receive(*socket, buffer_argument(*attempt.called), argument_value(*attempt.called, 3));
}

Calls::Result Calls::recvmsg(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  const Expr& message = argument(*attempt.called, 1);
  const CallBuffers buffers = iovec_buffers(required_field(message, "msg_iov"));
  const auto outcome = receive(*socket, buffers, argument_value(*attempt.called, 2));
  const Expr* const flags = field(message, "msg_flags");
  if (!outcome || outcome->value < 0) return outcome;
  if (flags != nullptr) check_filled("msg_flags", *flags, socket->truncated ? MSG_TRUNC : 0);
  const Expr* const control = field(message, "msg_control");
  if (control == nullptr) return outcome;
  std::optional<std::int64_t> inq;
  if (socket->tells_inq) {
    // Linux: the end counts as one byte more, so that a reader that waits for more looks again.
    const auto now = status(*socket);
    inq = now.readable > 0 ? static_cast<std::int64_t>(now.readable) : std::int64_t{now.at_end};
  }
  check_control(*control, inq);
  return outcome;
}

Calls::Result Calls::write(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  return transmit(attempt, *socket, buffer_argument(*attempt.called), 0);
}

Calls::Result Calls::writev(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  return transmit(attempt, *socket, iovec_buffers(argument(*attempt.called, 1)), 0);
}

// send and sendto
Calls::Result Calls::send(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  return transmit(attempt, *socket, buffer_argument(*attempt.called),
                  argument_value(*attempt.called, 3));
}

Calls::Result Calls::sendmsg(Attempt& attempt) {
  Descriptor* const socket = descriptor(*attempt.called);
  if (socket == nullptr) return failed(EBADF);
  const Expr& message = argument(*attempt.called, 1);
  if (field(message, "msg_control") != nullptr) throw Unsupported("msg_control");
  return transmit(attempt, *socket, iovec_buffers(required_field(message, "msg_iov")),
                  argument_value(*attempt.called, 2));
}

}  // namespace tcpstack::drill
