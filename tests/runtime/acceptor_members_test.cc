// Acceptors: every member in every state (member_table.h).
#include <string_view>
#include <utility>
#include <vector>

#include "tests/runtime/member_table.h"

namespace tcpstack::runtime {
namespace {

using AcceptorMember = member<acceptor, kernel_tcp::acceptor, OurHost, KernelHost>;
using AcceptorState = state<acceptor, kernel_tcp::acceptor, OurHost, KernelHost>;

template <typename Call>
AcceptorMember acceptor_row(std::string_view name, Call /*call*/) {
  return {name, [](acceptor& a, OurHost& host) { return Call{}(a, host); },
          [](kernel_tcp::acceptor& a, KernelHost& host) { return Call{}(a, host); }};
}

std::vector<AcceptorMember> acceptor_members() {
  return {
      acceptor_row("is_open", [](auto& a, auto&) { return if_open(a.is_open()); }),
      acceptor_row(
          "get_executor",
          [](auto& a, auto& host) { return if_open(a.get_executor() == host.io.get_executor()); }),
      acceptor_row("async_accept",
                   [](auto& a, auto& host) {
                     return host.result([&](auto done) {
                       a.async_accept([done](error_code ec, auto) { done(ec); });
                       if (a.is_open()) a.cancel();
                     });
                   }),
      acceptor_row("async_accept into a closed socket",
                   [](auto& a, auto& host) {
                     auto peer = host.new_stream();
                     return host.result([&](auto done) {
                       a.async_accept(peer, done);
                       if (a.is_open()) a.cancel();
                     });
                   }),
      acceptor_row("async_accept into an open socket",
                   [](auto& a, auto& host) {
                     auto peer = host.open_stream();
                     return host.result([&](auto done) { a.async_accept(peer, done); });
                   }),
      acceptor_row("accept",
                   [](auto& a, auto&) {
                     do_not_block(a);
                     return sync([&](error_code& ec) { (void)a.accept(ec); });
                   }),
      acceptor_row("async_wait",
                   [](auto& a, auto& host) {
                     return host.result([&](auto done) {
                       a.async_wait(asio::socket_base::wait_read, done);
                       if (a.is_open()) a.cancel();
                     });
                   }),
      acceptor_row(
          "local_endpoint",
          [](auto& a, auto&) { return sync([&](error_code& ec) { (void)a.local_endpoint(ec); }); }),
      acceptor_row("cancel",
                   [](auto& a, auto&) { return sync([&](error_code& ec) { a.cancel(ec); }); }),
      acceptor_row("close",
                   [](auto& a, auto&) { return sync([&](error_code& ec) { a.close(ec); }); }),
      acceptor_row("set_option",
                   [](auto& a, auto&) {
                     return sync(
                         [&](error_code& ec) { a.set_option(kernel_tcp::no_delay(true), ec); });
                   }),
      acceptor_row("get_option",
                   [](auto& a, auto&) {
                     kernel_tcp::no_delay value;
                     return sync([&](error_code& ec) { a.get_option(value, ec); });
                   }),
  };
}

acceptor fresh_acceptor(OurHost& host) { return acceptor(*host.here); }
kernel_tcp::acceptor fresh_acceptor(KernelHost& host) { return kernel_tcp::acceptor(host.io); }
acceptor listening(OurHost& host) { return {*host.here, {{}, 1234}}; }
kernel_tcp::acceptor listening(KernelHost& host) {
  return {host.io, {asio::ip::address_v4::loopback(), 0}};
}
template <typename Host>
auto closed_acceptor(Host& host) {
  auto a = listening(host);
  a.close();
  return a;
}
template <typename Host>
auto moved_acceptor(Host& host) {
  auto a = listening(host);
  host.other_acceptors.push_back(std::move(a));
  return a;  // NOLINT(bugprone-use-after-move)
}
acceptor ended_acceptor(OurHost& host) {
  acceptor a = listening(host);
  host.here.reset();
  return a;
}
acceptor moved_ended_acceptor(OurHost& host) {
  acceptor a = moved_acceptor(host);
  host.here.reset();
  return a;
}

std::vector<AcceptorState> acceptor_states() {
  return {
      {"fresh", BOTH(fresh_acceptor)},
      {"listening", BOTH(listening)},
      {"closed", BOTH(closed_acceptor)},
      {"moved from", BOTH(moved_acceptor)},
      {"runtime ended", ended_acceptor, closed_acceptor<KernelHost>},
      {"moved from, runtime ended", moved_ended_acceptor, moved_acceptor<KernelHost>},
  };
}

TEST(MemberTableTest, Acceptors) {
  std::vector<difference> different;
  for (const std::string_view state : {"fresh", "closed", "moved from"}) {
    for (const std::string_view member : {"set_option", "get_option"})
      different.push_back({member, state, kOk, "there is no open(): a closed acceptor keeps them"});
  }
  compare(acceptor_members(), acceptor_states(), different);
}

}  // namespace
}  // namespace tcpstack::runtime
