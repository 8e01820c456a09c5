// Waiting for several descriptors: poll, epoll_create, epoll_ctl, epoll_wait.
#include <algorithm>
#include <climits>
#include <sys/epoll.h>
#include <utility>

#include <poll.h>

#include "apps/tcpdrill/kernel/system_calls.h"
#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/language/symbols.h"
#include "apps/tcpdrill/run/arguments.h"

namespace tcpstack::drill {
namespace {

constexpr int kMostEvents = 1024;  // of one epoll_wait()

// The script's structures, of which it may write the only one without brackets.
std::vector<const Expr*> structures_of(const Expr& list) {
  if (list.kind == Expr::Kind::structure) return {&list};
  std::vector<const Expr*> structures;
  if (list.kind != Expr::Kind::list) return structures;
  for (const Expr& item : list.items) structures.push_back(&item);
  return structures;
}

}  // namespace

SystemCall SystemCalls::poll(const Call& call) {
  const Expr& list = argument(call, 0);
  if (list.kind != Expr::Kind::list) throw Malformed(list.offset, "[{fd=, events=, revents=}]");
  auto entries = std::make_shared<std::vector<pollfd>>();
  for (const Expr& entry : list.items) {
    const KernelSocket* const socket = find(required_bits(entry, "fd"));
    entries->push_back({.fd = socket == nullptr ? INT_MAX : socket->fd.get(),
                        .events = static_cast<short>(required_bits(entry, "events")),
                        .revents = 0});
  }
  const int timeout = static_cast<int>(argument_value(call, 2));
  return {
      .make = [entries,
               timeout] { return outcome_of(::poll(entries->data(), entries->size(), timeout)); },
      .complete =
          [entries, &list](Outcome outcome) {
            for (std::size_t i = 0; i < entries->size(); ++i) {
              if (const Expr* const expected = field(list.items[i], "revents"))
                check_filled("revents", *expected, (*entries)[i].revents);
            }
            return outcome;
          }};
}

SystemCall SystemCalls::epoll_create(const Call& call) {
  return {.make = [] { return outcome_of(::epoll_create1(EPOLL_CLOEXEC)); },
          .complete =
              [this, &call](Outcome outcome) {
                if (outcome.value < 0) return outcome;
                put(call, {.fd = device::Descriptor(static_cast<int>(outcome.value)),
                           .is_stream = false});
                return Outcome{evaluate(call.result), 0};
              }};
}

SystemCall SystemCalls::epoll_ctl(const Call& call) {
  const int operation = static_cast<int>(argument_value(call, 1));
  const KernelSocket* const socket = find(argument_value(call, 2));
  const int fd = socket == nullptr ? -1 : socket->fd.get();
  epoll_event event{};
  if (operation != EPOLL_CTL_DEL) {
    event.events = required_bits(argument(call, 3), "events");
    const Expr* const data = data_of(argument(call, 3));
    if (data != nullptr) event.data.u64 = static_cast<std::uint64_t>(evaluate(*data));
  }
  return {.make = [set = kernel_fd(call), operation, fd, event]() mutable {
    return outcome_of(::epoll_ctl(set, operation, fd, &event));
  }};
}

SystemCall SystemCalls::epoll_wait(const Call& call) {
  const auto most = static_cast<int>(argument_value(call, 2));
  const int timeout = static_cast<int>(argument_value(call, 3));
  auto events = std::make_shared<std::vector<epoll_event>>(std::clamp(most, 0, kMostEvents));
  return {.make =
              [set = kernel_fd(call), events, most, timeout] {
                return outcome_of(
                    ::epoll_wait(set, events->data(), std::min(most, kMostEvents), timeout));
              },
          .complete =
              [&call, events](Outcome outcome) {
                const auto expected = structures_of(argument(call, 1));
                for (std::size_t i = 0; std::cmp_less(i, outcome.value) && i < expected.size();
                     ++i) {
                  const epoll_event event = (*events)[i];
                  check_filled("events", required_field(*expected[i], "events"), event.events);
                  if (const Expr* const data = data_of(*expected[i]))
                    check_filled("data", *data, static_cast<std::int64_t>(event.data.u64));
                }
                return outcome;
              }};
}

}  // namespace tcpstack::drill
