#include "apps/tcpdrill/run/calls.h"

#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/language/symbols.h"

namespace tcpstack::drill {
namespace {

int errno_of(tcp::Error error) {
  switch (error) {
    case tcp::Error::none: return 0;
    case tcp::Error::does_not_exist: return ENOTCONN;
    case tcp::Error::already_exists: return EADDRNOTAVAIL;
    case tcp::Error::closing: return EPIPE;
    case tcp::Error::reset: return ECONNRESET;
    case tcp::Error::refused: return ECONNREFUSED;
    case tcp::Error::aborted: return ETIMEDOUT;
    case tcp::Error::illegal: return EINVAL;
    case tcp::Error::insufficient: return ENOMEM;
    case tcp::Error::would_block: return EAGAIN;
    case tcp::Error::address_in_use: return EADDRINUSE;
    case tcp::Error::net_unreachable: return ENETUNREACH;
    case tcp::Error::host_unreachable: return EHOSTUNREACH;
    case tcp::Error::protocol_unreachable: return ENOPROTOOPT;
  }
  return EPROTO;
}

}  // namespace

Calls::Calls(Host& host, Flows& flows, const Addresses& addresses)
    : host_(host), flows_(flows), addresses_(addresses) {}

const std::map<std::string, Calls::Function, std::less<>>& Calls::functions() {
  static const std::map<std::string, Function, std::less<>> table = {
      {"socket", &Calls::socket},
      {"bind", &Calls::bind},
      {"listen", &Calls::listen},
      {"accept", &Calls::accept},
      {"connect", &Calls::connect},
      {"close", &Calls::close},
      {"shutdown", &Calls::shutdown},
      {"fcntl", &Calls::fcntl},
      {"ioctl", &Calls::ioctl},
      {"read", &Calls::read},
      {"readv", &Calls::readv},
      {"recv", &Calls::recv},
      {"recvfrom", &Calls::recv},
      {"recvmsg", &Calls::recvmsg},
      {"write", &Calls::write},
      {"writev", &Calls::writev},
      {"send", &Calls::send},
      {"sendto", &Calls::send},
      {"sendmsg", &Calls::sendmsg},
      {"getsockopt", &Calls::getsockopt},
      {"setsockopt", &Calls::setsockopt},
      {"poll", &Calls::poll},
      {"epoll_create", &Calls::epoll_create},
      {"epoll_ctl", &Calls::epoll_ctl},
      {"epoll_wait", &Calls::epoll_wait},
  };
  return table;
}

std::optional<Outcome> Calls::attempt(Attempt& attempt) {
  const auto found = functions().find(attempt.called->name);
  if (found == functions().end()) throw Unsupported(attempt.called->name + "()");
  return (this->*found->second)(attempt);
}

void Calls::hear(const tcpstack::Event& event) {
  for (auto& [fd, descriptor] : descriptors_) {
    if (descriptor.socket && *descriptor.socket == event.socket) hear(descriptor, event);
    if (descriptor.kind == Descriptor::Kind::listener && descriptor.listener == event.listener)
      descriptor.acceptable = true;
    if (descriptor.kind != Descriptor::Kind::stream || !(descriptor.connection == event.connection))
      continue;
    if (event.readable || event.closed) ++descriptor.readable_events;
    if (event.writable || event.established || event.closed) ++descriptor.writable_events;
  }
}

std::optional<ConnectionId> Calls::under_test() {
  const Descriptor* newest = nullptr;
  for (const auto& [fd, descriptor] : descriptors_) {
    if (descriptor.kind != Descriptor::Kind::stream) continue;
    newest = &descriptor;
    if (descriptor.flow == flows_.current()) break;
  }
  return newest == nullptr ? std::nullopt : std::optional(newest->connection);
}

Descriptor* Calls::descriptor(const Call& call, std::size_t index) {
  const auto found = descriptors_.find(static_cast<int>(argument_value(call, index)));
  return found == descriptors_.end() ? nullptr : &found->second;
}

Descriptor& Calls::put(int fd, Descriptor descriptor) {
  return descriptors_.insert_or_assign(fd, std::move(descriptor)).first->second;
}

tcp::ConnectionStatus Calls::status(const Descriptor& descriptor) {
  return host_.stack().status(descriptor.connection).value_or(tcp::ConnectionStatus{});
}

int Calls::take_error(Descriptor& descriptor) {
  if (descriptor.kind == Descriptor::Kind::datagrams)
    return std::exchange(descriptor.pending_error, 0);
  if (descriptor.kind != Descriptor::Kind::stream || descriptor.error_told) return 0;
  const int error = errno_of(status(descriptor).error);
  if (error != 0) descriptor.error_told = true;
  return error;
}

}  // namespace tcpstack::drill
