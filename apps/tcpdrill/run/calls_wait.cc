// Waiting for several descriptors: poll, epoll_create, epoll_ctl, epoll_wait.
//
// Readiness follows from the connection's status; edges, for EPOLLET, from the stack's events.
#include <algorithm>
#include <cerrno>
#include <sys/epoll.h>
#include <utility>

#include <fmt/format.h>
#include <poll.h>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/language/symbols.h"
#include "apps/tcpdrill/run/calls.h"

namespace tcpstack::drill {
namespace {

constexpr std::uint32_t kAlwaysTold = EPOLLERR | EPOLLHUP;

}  // namespace

// Linux: tcp_poll().
std::uint32_t Calls::ready_events(const Descriptor& socket) {
  if (socket.kind == Descriptor::Kind::listener)
    return socket.acceptable ? std::uint32_t{EPOLLIN} : 0U;
  if (socket.kind == Descriptor::Kind::datagrams) {
    const std::uint32_t readable = socket.received.empty() ? 0 : std::uint32_t{EPOLLIN};
    return EPOLLOUT | readable | (socket.pending_error != 0 ? std::uint32_t{EPOLLERR} : 0U);
  }
  if (socket.kind != Descriptor::Kind::stream) return EPOLLOUT | EPOLLHUP;
  const auto now = status(socket);
  if (now.state == tcp::State::SYN_SENT) return 0;
  std::uint32_t events = 0;
  const bool closed = now.state == tcp::State::CLOSED;
  const bool at_end = now.at_end || closed || socket.read_shut;
  if (now.readable > 0 || at_end) events |= EPOLLIN;
  if (at_end) events |= EPOLLRDHUP;
  if (closed || (at_end && socket.write_shut)) events |= EPOLLHUP;
  if (now.error != tcp::Error::none && !socket.error_told) events |= EPOLLERR;
  // Writable if at least a third of the queue's capacity is free.
  if (closed || socket.write_shut || now.has_room) events |= EPOLLOUT;
  return events;
}

// Is the call still waiting? It ends after `milliseconds`; a negative number means for ever.
bool Calls::is_waiting(Attempt& attempt, std::int64_t milliseconds) {
  if (milliseconds < 0) return true;
  attempt.deadline = attempt.began + std::chrono::milliseconds(milliseconds);
  return host_.now() < *attempt.deadline;
}

Calls::Result Calls::poll(Attempt& attempt) {
  const Expr& list = argument(*attempt.called, 0);
  if (list.kind != Expr::Kind::list) throw Malformed(list.offset, "[{fd=, events=, revents=}]");
  std::vector<std::uint32_t> returned;
  std::int64_t ready = 0;
  for (const Expr& entry : list.items) {
    const auto found = descriptors_.find(static_cast<int>(required_bits(entry, "fd")));
    const std::uint32_t wanted = required_bits(entry, "events") | kAlwaysTold;
    const std::uint32_t events =
        found == descriptors_.end() ? POLLNVAL : ready_events(found->second) & wanted;
    ready += events != 0 ? 1 : 0;
    returned.push_back(events);
  }
  if (ready == 0 && is_waiting(attempt, argument_value(*attempt.called, 2))) return std::nullopt;
  for (std::size_t i = 0; i < returned.size(); ++i) {
    if (const Expr* const expected = field(list.items[i], "revents"))
      check_filled("revents", *expected, returned[i]);
  }
  return Outcome{ready, 0};
}

Calls::Result Calls::epoll_create(Attempt& attempt) {
  const auto fd = static_cast<int>(evaluate(attempt.called->result));
  put(fd, {.kind = Descriptor::Kind::epoll});
  return Outcome{fd, 0};
}

Calls::Result Calls::epoll_ctl(Attempt& attempt) {
  Descriptor* const set = descriptor(*attempt.called);
  const auto fd = static_cast<int>(argument_value(*attempt.called, 2));
  if (set == nullptr || !descriptors_.contains(fd)) return failed(EBADF);
  if (set->kind != Descriptor::Kind::epoll) return failed(EINVAL);
  const std::int64_t operation = argument_value(*attempt.called, 1);
  const auto is_this = [fd](const Descriptor::Interest& interest) { return interest.fd == fd; };
  const bool known = std::ranges::any_of(set->interests, is_this);
  if (operation == EPOLL_CTL_ADD && known) return failed(EEXIST);
  if (operation != EPOLL_CTL_ADD && !known) return failed(ENOENT);
  std::erase_if(set->interests, is_this);
  if (operation == EPOLL_CTL_DEL) return Outcome{};
  const Expr& event = argument(*attempt.called, 3);
  const Expr* const data = data_of(event);
  set->interests.push_back({.fd = fd,
                            .events = required_bits(event, "events"),
                            .data = data != nullptr ? evaluate(*data) : 0});
  return Outcome{};
}

// The events to report now; with EPOLLET only events with an edge since the last report.
std::uint32_t Calls::told_by(const Descriptor::Interest& interest) {
  const auto found = descriptors_.find(interest.fd);
  if (found == descriptors_.end() || interest.events == 0) return 0;
  const Descriptor& socket = found->second;
  const std::uint32_t events = ready_events(socket) & (interest.events | kAlwaysTold);
  if ((interest.events & EPOLLET) == 0 || interest.fresh) return events;
  const bool edge = socket.readable_events != interest.readable_told ||
                    socket.writable_events != interest.writable_told;
  return edge ? events : 0;
}

Calls::Result Calls::epoll_wait(Attempt& attempt) {
  Descriptor* const set = descriptor(*attempt.called);
  if (set == nullptr) return failed(EBADF);
  if (set->kind != Descriptor::Kind::epoll) return failed(EINVAL);
  const std::int64_t most = argument_value(*attempt.called, 2);
  if (most <= 0) return failed(EINVAL);
  std::vector<std::pair<std::uint32_t, std::int64_t>> told;
  for (Descriptor::Interest& interest : set->interests) {
    const std::uint32_t events = told_by(interest);
    if (events == 0 || std::cmp_equal(told.size(), most)) continue;
    told.emplace_back(events, interest.data);
    const Descriptor& socket = descriptors_.at(interest.fd);
    interest.fresh = false;
    interest.readable_told = socket.readable_events;
    interest.writable_told = socket.writable_events;
    if ((interest.events & EPOLLONESHOT) != 0) interest.events = 0;
  }
  if (told.empty() && is_waiting(attempt, argument_value(*attempt.called, 3))) return std::nullopt;
  const Expr& expected = argument(*attempt.called, 1);
  const bool one = expected.kind == Expr::Kind::structure;
  for (std::size_t i = 0; i < told.size(); ++i) {
    if (!one && i >= expected.items.size()) break;
    const Expr& entry = one ? expected : expected.items[i];
    if (entry.kind != Expr::Kind::structure || (one && i > 0)) continue;
    check_filled("events", required_field(entry, "events"), told[i].first);
    if (const Expr* const data = data_of(entry)) check_filled("data", *data, told[i].second);
  }
  return Outcome{static_cast<std::int64_t>(told.size()), 0};
}

}  // namespace tcpstack::drill
