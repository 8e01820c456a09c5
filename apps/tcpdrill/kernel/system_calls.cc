#include "apps/tcpdrill/kernel/system_calls.h"

#include <cerrno>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "apps/tcpdrill/kernel/network.h"
#include "apps/tcpdrill/kernel/tcp_info.h"
#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/language/symbols.h"
#include "apps/tcpdrill/run/arguments.h"

namespace tcpstack::drill {
namespace {

sockaddr_in socket_address(const Endpoint& end) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(end.port);
  address.sin_addr.s_addr = htonl(end.address.v4());
  return address;
}

Endpoint endpoint_of(const sockaddr_in& address) {
  return {Address(ntohl(address.sin_addr.s_addr)), ntohs(address.sin_port)};
}

// The address of a call; nullptr where the script has NULL.
const sockaddr* generic(const std::optional<sockaddr_in>& address) {
  return address ? reinterpret_cast<const sockaddr*>(&*address) : nullptr;
}

// getsockname() or getpeername(); nothing if the socket has no such end.
template <typename Ask>
std::optional<Endpoint> ask_end(Ask ask, int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (ask(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return std::nullopt;
  return endpoint_of(address);
}

// The bytes of an option's value: [1], "cubic" or {onoff=1, linger=0}.
Buffer option_value(const Expr& value) {
  const auto bytes_of = [](const auto& object) {
    const auto* const first = reinterpret_cast<const std::uint8_t*>(&object);
    return Buffer(first, first + sizeof object);
  };
  if (value.kind == Expr::Kind::string) return {value.text.begin(), value.text.end()};
  if (value.kind == Expr::Kind::structure)
    return bytes_of(linger{static_cast<int>(required_bits(value, "onoff")),
                           static_cast<int>(required_bits(value, "linger"))});
  return bytes_of(static_cast<int>(listed_value(value)));
}

}  // namespace

SystemCalls::SystemCalls(const Addresses& addresses, Flows& flows, const std::string& congestion)
    : addresses_(addresses), flows_(flows), congestion_(congestion) {}

const std::map<std::string, SystemCalls::Function, std::less<>>& SystemCalls::functions() {
  static const std::map<std::string, Function, std::less<>> table = {
      {"socket", &SystemCalls::socket},
      {"bind", &SystemCalls::bind},
      {"listen", &SystemCalls::listen},
      {"accept", &SystemCalls::accept},
      {"connect", &SystemCalls::connect},
      {"close", &SystemCalls::close},
      {"shutdown", &SystemCalls::shutdown},
      {"fcntl", &SystemCalls::fcntl},
      {"ioctl", &SystemCalls::ioctl},
      {"getsockopt", &SystemCalls::getsockopt},
      {"setsockopt", &SystemCalls::setsockopt},
      {"read", &SystemCalls::read},
      {"readv", &SystemCalls::readv},
      {"recv", &SystemCalls::recv},
      {"recvfrom", &SystemCalls::recv},
      {"recvmsg", &SystemCalls::recvmsg},
      {"write", &SystemCalls::write},
      {"writev", &SystemCalls::writev},
      {"send", &SystemCalls::send},
      {"sendto", &SystemCalls::send},
      {"sendmsg", &SystemCalls::sendmsg},
      {"poll", &SystemCalls::poll},
      {"epoll_create", &SystemCalls::epoll_create},
      {"epoll_ctl", &SystemCalls::epoll_ctl},
      {"epoll_wait", &SystemCalls::epoll_wait},
  };
  return table;
}

SystemCall SystemCalls::prepare(const Call& call) {
  const auto found = functions().find(call.name);
  if (found == functions().end()) throw Unsupported(call.name + "()");
  return (this->*found->second)(call);
}

KernelSocket* SystemCalls::find(std::int64_t fd) {
  const auto found = sockets_.find(fd);
  return found == sockets_.end() ? nullptr : &found->second;
}

int SystemCalls::kernel_fd(const Call& call) {
  const KernelSocket* const socket = find(argument_value(call, 0));
  return socket == nullptr ? -1 : socket->fd.get();
}

KernelSocket& SystemCalls::put(const Call& call, KernelSocket socket) {
  // A script that expects an error has no name for the descriptor.
  const std::int64_t name = call.result.kind == Expr::Kind::ellipsis ? -1 : evaluate(call.result);
  return sockets_.insert_or_assign(name, std::move(socket)).first->second;
}

Outcome SystemCalls::outcome_of(std::int64_t value) {
  return value < 0 ? failed(errno) : Outcome{value, 0};
}

sockaddr_in SystemCalls::remote(const Expr& address, std::uint16_t otherwise) const {
  return socket_address({addresses_.remote, port_of(address, otherwise)});
}

void SystemCalls::learn_ends(KernelSocket& socket, const sockaddr_in& remote) {
  const auto ours = ask_end(::getsockname, socket.fd.get());
  if (!ours || ours->port == 0) return;
  const Endpoint peer = endpoint_of(remote);
  socket.ends = {*ours, peer};
  if (!socket.is_stream)
    flows_.datagrams() = {.ours = {addresses_.local, ours->port}, .peer = peer};
}

SystemCall SystemCalls::socket(const Call& call) {
  const Expr& domain = argument(call, 0);
  const int family =
      domain.kind == Expr::Kind::ellipsis ? AF_INET : static_cast<int>(evaluate(domain));
  const int type = static_cast<int>(argument_value(call, 1));
  const int protocol = static_cast<int>(argument_value(call, 2));
  const bool is_stream = (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_STREAM;
  return {.make = [=] { return outcome_of(::socket(family, type | SOCK_CLOEXEC, protocol)); },
          .complete =
              [this, &call, is_stream](Outcome outcome) {
                if (outcome.value < 0) return outcome;
                const int fd = static_cast<int>(outcome.value);
                put(call, {.fd = device::Descriptor(fd), .is_stream = is_stream});
                const auto size = static_cast<socklen_t>(congestion_.size());
                if (is_stream &&
                    ::setsockopt(fd, SOL_TCP, TCP_CONGESTION, congestion_.data(), size) != 0)
                  throw Unsupported("this kernel has no tcp_congestion_control=" + congestion_);
                return Outcome{evaluate(call.result), 0};
              }};
}

SystemCall SystemCalls::bind(const Call& call) {
  const Endpoint local{addresses_.local, port_of(argument(call, 1), addresses_.port)};
  const int fd = kernel_fd(call);
  std::optional<sockaddr_in> address;
  if (!is_null(argument(call, 1))) address = socket_address(local);
  return {
      .make = [fd, address] { return outcome_of(::bind(fd, generic(address), sizeof *address)); },
      .complete =
          [this, &call](Outcome outcome) {
            KernelSocket* const socket = find(argument_value(call, 0));
            const Endpoint peer{addresses_.remote, Addresses::kDatagramPeerPort};
            if (outcome.value == 0 && !socket->is_stream) learn_ends(*socket, socket_address(peer));
            return outcome;
          }};
}

SystemCall SystemCalls::listen(const Call& call) {
  const int backlog = static_cast<int>(argument_value(call, 1));
  return {.make = [fd = kernel_fd(call), backlog] { return outcome_of(::listen(fd, backlog)); }};
}

SystemCall SystemCalls::accept(const Call& call) {
  return {.make = [fd = kernel_fd(
                       call)] { return outcome_of(::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC)); },
          .complete =
              [this, &call](Outcome outcome) {
                if (outcome.value < 0) return outcome;
                const int fd = static_cast<int>(outcome.value);
                const auto ours = ask_end(::getsockname, fd);
                const auto peer = ask_end(::getpeername, fd);
                KernelSocket& socket = put(call, {.fd = device::Descriptor(fd)});
                if (ours && peer) socket.ends = {*ours, *peer};
                Flow* const flow = socket.ends ? flows_.find(*ours, *peer) : nullptr;
                if (flow != nullptr) flows_.select(*flow);
                return Outcome{evaluate(call.result), 0};
              }};
}

SystemCall SystemCalls::connect(const Call& call) {
  std::optional<sockaddr_in> address;
  if (!is_null(argument(call, 1))) address = remote(argument(call, 1), addresses_.port);
  return {
      .make = [fd = kernel_fd(call),
               address] { return outcome_of(::connect(fd, generic(address), sizeof *address)); },
      .complete =
          [this, &call, address](Outcome outcome) {
            KernelSocket* const socket = find(argument_value(call, 0));
            if (socket != nullptr && address && (!socket->is_stream || !socket->ends))
              learn_ends(*socket, *address);
            return outcome;
          }};
}

SystemCall SystemCalls::close(const Call& call) {
  // close() runs in the worker, because a long SO_LINGER makes it wait.
  const std::int64_t name = argument_value(call, 0);
  auto closed = std::make_shared<device::Descriptor>();
  if (KernelSocket* const socket = find(name)) *closed = std::move(socket->fd);
  const bool exists = sockets_.erase(name) > 0;
  return {.make = [closed, exists] {
    *closed = device::Descriptor();
    return exists ? Outcome{} : failed(EBADF);
  }};
}

SystemCall SystemCalls::shutdown(const Call& call) {
  const int how = static_cast<int>(argument_value(call, 1));
  return {.make = [fd = kernel_fd(call), how] { return outcome_of(::shutdown(fd, how)); }};
}

SystemCall SystemCalls::fcntl(const Call& call) {
  const int what = static_cast<int>(argument_value(call, 1));
  if (what != F_GETFL && what != F_SETFL) throw Unsupported("fcntl() " + argument(call, 1).text);
  const int value = what == F_SETFL ? static_cast<int>(argument_value(call, 2)) : 0;
  return {
      .make = [fd = kernel_fd(call), what, value] { return outcome_of(::fcntl(fd, what, value)); }};
}

SystemCall SystemCalls::ioctl(const Call& call) {
  const std::int64_t what = argument_value(call, 1);
  if (what != SIOCINQ && what != SIOCOUTQ) throw Unsupported("ioctl() " + argument(call, 1).text);
  const Expr& expected = argument(call, 2);
  const bool listed = expected.kind == Expr::Kind::list && expected.items.size() == 1;
  const Expr* const value = listed ? &expected.items.front() : &expected;
  auto filled = std::make_shared<int>();
  return {.make =
              [fd = kernel_fd(call), what, filled] {
                return outcome_of(::ioctl(fd, static_cast<unsigned long>(what), filled.get()));
              },
          .complete =
              [=](Outcome outcome) {
                if (outcome.value == 0)
                  check_filled(what == SIOCINQ ? "SIOCINQ" : "SIOCOUTQ", *value, *filled);
                return outcome;
              }};
}

SystemCall SystemCalls::setsockopt(const Call& call) {
  const int level = static_cast<int>(argument_value(call, 1));
  const int name = static_cast<int>(argument_value(call, 2));
  if (is_null(argument(call, 3))) {
    return {.make = [fd = kernel_fd(call), level, name] {
      return outcome_of(::setsockopt(fd, level, name, nullptr, sizeof(int)));
    }};
  }
  return {.make = [fd = kernel_fd(call), level, name, value = option_value(argument(call, 3))] {
    const auto size = static_cast<socklen_t>(value.size());
    return outcome_of(::setsockopt(fd, level, name, value.data(), size));
  }};
}

SystemCall SystemCalls::getsockopt(const Call& call) {
  const int level = static_cast<int>(argument_value(call, 1));
  const Expr& option = argument(call, 2);
  const int name = static_cast<int>(evaluate(option));
  const Expr& expected = argument(call, 3);
  if (expected.kind == Expr::Kind::ellipsis) return {.make = [] { return Outcome{}; }};
  if (expected.kind != Expr::Kind::list || expected.items.size() != 1)
    throw Unsupported("getsockopt() " + option.text);
  auto filled = std::make_shared<int>();
  return {.make =
              [fd = kernel_fd(call), level, name, filled] {
                socklen_t size = sizeof *filled;
                return outcome_of(::getsockopt(fd, level, name, filled.get(), &size));
              },
          .complete =
              [&option, &expected, filled](Outcome outcome) {
                if (outcome.value == 0)
                  check_filled(option.text.c_str(), expected.items.front(), *filled);
                return outcome;
              }};
}

// The socket of the selected flow, else the newest one.
std::optional<std::int64_t> SystemCalls::info(std::string_view field) {
  const KernelSocket* under_test = nullptr;
  for (const auto& [name, socket] : sockets_) {
    if (!socket.is_stream || !socket.ends) continue;
    under_test = &socket;
    const auto& [ours, peer] = *socket.ends;
    if (flows_.find(ours, peer) == flows_.current()) break;
  }
  if (under_test == nullptr) return std::nullopt;
  const auto value = kernel_tcp_info(under_test->fd.get(), field);
  // The kernel keeps TIME-WAIT apart from the socket, which is closed by then.
  if (field == "state" && value == TCP_CLOSE)
    return Network::connection_state(under_test->ends->first, under_test->ends->second)
        .value_or(TCP_CLOSE);
  return value;
}

}  // namespace tcpstack::drill
