// Bytes in and out: read, readv, recv, recvfrom, recvmsg, write, writev, send, sendto, sendmsg.
#include <array>
#include <cstring>
#include <sys/uio.h>

#include <fmt/format.h>
#include <unistd.h>

#include "apps/tcpdrill/kernel/system_calls.h"
#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/language/symbols.h"
#include "apps/tcpdrill/run/arguments.h"

namespace tcpstack::drill {
namespace {

// A message of the socket interface with buffers of its own: one block of text, divided as the script divides it.
struct Message {
  Buffer text;
  std::vector<iovec> vectors;
  alignas(cmsghdr) std::array<std::uint8_t, 256> control{};
  std::optional<sockaddr_in> name;
  msghdr header{};

  Message(Buffer content, const CallBuffers& buffers) : text(std::move(content)) {
    std::uint8_t* at = text.data();
    for (const CallBuffer& buffer : buffers) {
      vectors.push_back({buffer.is_null ? nullptr : at, buffer.size});
      at += buffer.size;
    }
    header.msg_iov = vectors.data();
    header.msg_iovlen = vectors.size();
  }
};

// [{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=8000}]: control messages with one number each.
void check_control(const Expr& list, Message& message) {
  const auto expected = list.kind == Expr::Kind::list ? list.items : std::vector<Expr>{};
  std::size_t count = 0;
  for (cmsghdr* at = CMSG_FIRSTHDR(&message.header); at != nullptr;
       at = CMSG_NXTHDR(&message.header, at)) {
    if (count++ >= expected.size()) continue;
    const Expr& wanted = expected[count - 1];
    int number = 0;
    std::memcpy(&number, CMSG_DATA(at), sizeof number);
    check_filled("cmsg_level", required_field(wanted, "cmsg_level"), at->cmsg_level);
    check_filled("cmsg_type", required_field(wanted, "cmsg_type"), at->cmsg_type);
    check_filled("cmsg_data", required_field(wanted, "cmsg_data"), number);
  }
  if (count != expected.size())
    throw Mismatch(
        fmt::format("msg_control: expected {} messages, got {}", expected.size(), count));
}

void refuse_flags(std::int64_t flags) {
  if ((flags & MSG_OOB) != 0) throw Unsupported("MSG_OOB");
  if ((flags & MSG_ERRQUEUE) != 0) throw Unsupported("MSG_ERRQUEUE");
}

}  // namespace

Outcome SystemCalls::check_read(const Call& call, Outcome outcome, const Buffer& text,
                                std::int64_t flags) {
  KernelSocket* const socket = find(argument_value(call, 0));
  if (outcome.value <= 0 || socket == nullptr) return outcome;
  const auto size = static_cast<std::size_t>(outcome.value);
  const std::uint64_t position = socket->is_stream ? socket->bytes_read + 1 : 1;
  for (std::size_t i = 0; i < std::min(size, text.size()); ++i) {
    if (text[i] != pattern_byte(position + i))
      throw Mismatch(fmt::format("byte {} of the stream was read as {:#04x}, sent as {:#04x}",
                                 position + i, text[i], pattern_byte(position + i)));
  }
  if ((flags & MSG_PEEK) == 0) socket->bytes_read += size;
  return outcome;
}

Outcome SystemCalls::count_written(const Call& call, Outcome outcome) {
  KernelSocket* const socket = find(argument_value(call, 0));
  if (socket == nullptr) return outcome;
  if (socket->is_stream && outcome.value > 0)
    socket->bytes_written += static_cast<std::uint64_t>(outcome.value);
  return outcome;
}

SystemCall SystemCalls::receive(const Call& call, const CallBuffers& buffers, std::int64_t flags) {
  refuse_flags(flags);
  const bool is_message = call.name == "recvmsg";
  auto message = std::make_shared<Message>(Buffer(total(buffers)), buffers);
  if (is_message && field(argument(call, 1), "msg_control") != nullptr) {
    message->header.msg_control = message->control.data();
    message->header.msg_controllen = message->control.size();
  }
  return {.make =
              [fd = kernel_fd(call), message, flags] {
                return outcome_of(::recvmsg(fd, &message->header, static_cast<int>(flags)));
              },
          .complete =
              [this, &call, message, flags, is_message](Outcome outcome) {
                outcome = check_read(call, outcome, message->text, flags);
                if (outcome.value < 0 || !is_message) return outcome;
                const Expr& expected = argument(call, 1);
                if (const Expr* const bits = field(expected, "msg_flags"))
                  check_filled("msg_flags", *bits, message->header.msg_flags);
                if (const Expr* const control = field(expected, "msg_control"))
                  check_control(*control, *message);
                return outcome;
              }};
}

SystemCall SystemCalls::transmit(const Call& call, const CallBuffers& buffers, std::int64_t flags,
                                 const Expr* address) {
  if ((flags & MSG_OOB) != 0) throw Unsupported("MSG_OOB");
  const KernelSocket* const socket = find(argument_value(call, 0));
  const std::uint64_t position =
      socket != nullptr && socket->is_stream ? socket->bytes_written + 1 : 1;
  auto message = std::make_shared<Message>(pattern(position, total(buffers)), buffers);
  written_.push_back(message);
  if (address != nullptr) {
    const bool is_stream = socket == nullptr || socket->is_stream;
    const std::uint16_t otherwise = is_stream ? addresses_.port : Addresses::kDatagramPeerPort;
    message->name = remote(*address, otherwise);
    message->header.msg_name = &*message->name;
    message->header.msg_namelen = sizeof *message->name;
  }
  return {.make =
              [fd = kernel_fd(call), message, flags] {
                return outcome_of(::sendmsg(fd, &message->header, static_cast<int>(flags)));
              },
          .complete =
              [this, &call, message](Outcome outcome) {
                KernelSocket* const sender = find(argument_value(call, 0));
                if (sender != nullptr && !sender->ends && message->name)
                  learn_ends(*sender, *message->name);
                return count_written(call, outcome);
              }};
}

SystemCall SystemCalls::read(const Call& call) { return receive(call, buffer_argument(call), 0); }

SystemCall SystemCalls::readv(const Call& call) {
  return receive(call, iovec_buffers(argument(call, 1)), 0);
}

// recv and recvfrom
SystemCall SystemCalls::recv(const Call& call) {
  return receive(call, buffer_argument(call), argument_value(call, 3));
}

SystemCall SystemCalls::recvmsg(const Call& call) {
  const Expr& message = argument(call, 1);
  return receive(call, iovec_buffers(required_field(message, "msg_iov")), argument_value(call, 2));
}

SystemCall SystemCalls::write(const Call& call) {
  return transmit(call, buffer_argument(call), 0, nullptr);
}

SystemCall SystemCalls::writev(const Call& call) {
  return transmit(call, iovec_buffers(argument(call, 1)), 0, nullptr);
}

// send and sendto
SystemCall SystemCalls::send(const Call& call) {
  const bool names_destination =
      call.name == "sendto" && call.arguments.size() > 4 && !is_null(argument(call, 4));
  return transmit(call, buffer_argument(call), argument_value(call, 3),
                  names_destination ? &argument(call, 4) : nullptr);
}

SystemCall SystemCalls::sendmsg(const Call& call) {
  const Expr& message = argument(call, 1);
  if (field(message, "msg_control") != nullptr) throw Unsupported("msg_control");
  return transmit(call, iovec_buffers(required_field(message, "msg_iov")), argument_value(call, 2),
                  field(message, "msg_name"));
}

}  // namespace tcpstack::drill
