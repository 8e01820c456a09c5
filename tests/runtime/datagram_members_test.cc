// Datagram sockets: every member in every state (member_table.h).
#include <string_view>
#include <utility>
#include <vector>

#include "tests/runtime/member_table.h"

namespace tcpstack::runtime {
namespace {

using DatagramMember = member<datagram_socket, kernel_udp::socket, OurHost, KernelHost>;
using DatagramState = state<datagram_socket, kernel_udp::socket, OurHost, KernelHost>;

template <typename Call>
DatagramMember datagram_row(std::string_view name, Call /*call*/) {
  return {name, [](datagram_socket& s, OurHost& host) { return Call{}(s, host); },
          [](kernel_udp::socket& s, KernelHost& host) { return Call{}(s, host); }};
}

error_code receive_now(kernel_udp::socket& s) {
  do_not_block(s);
  return sync([&](error_code& ec) { s.receive(room(), 0, ec); });
}
error_code receive_now(datagram_socket& s) {
  return sync([&](error_code& ec) { s.receive(room(), ec); });
}
error_code send_now(kernel_udp::socket& s) {
  return sync([&](error_code& ec) { s.send(room(), 0, ec); });
}
error_code send_now(datagram_socket& s) {
  return sync([&](error_code& ec) { s.send(room(), ec); });
}

std::vector<DatagramMember> asynchronous_members() {
  return {
      datagram_row("is_open", [](auto& s, auto&) { return if_open(s.is_open()); }),
      datagram_row("bind",
                   [](auto& s, auto& host) {
                     return sync([&](error_code& ec) { s.bind(host.any_datagram(), ec); });
                   }),
      datagram_row("connect",
                   [](auto& s, auto& host) {
                     return sync([&](error_code& ec) { s.connect(host.elsewhere, ec); });
                   }),
      datagram_row("async_send",
                   [](auto& s, auto& host) {
                     return host.result([&](auto done) {
                       s.async_send(room(), [done](error_code ec, std::size_t) { done(ec); });
                     });
                   }),
      datagram_row("async_send_to",
                   [](auto& s, auto& host) {
                     return host.result([&](auto done) {
                       s.async_send_to(room(), host.elsewhere,
                                       [done](error_code ec, std::size_t) { done(ec); });
                     });
                   }),
      datagram_row("async_receive",
                   [](auto& s, auto& host) {
                     return host.result([&](auto done) {
                       s.async_receive(room(), [done](error_code ec, std::size_t) { done(ec); });
                       if (s.is_open()) s.cancel();
                     });
                   }),
      datagram_row("async_receive into nothing",
                   [](auto& s, auto& host) {
                     return host.result([&](auto done) {
                       s.async_receive(nothing(), [done](error_code ec, std::size_t) { done(ec); });
                       if (s.is_open()) s.cancel();
                     });
                   }),
      datagram_row("async_wait for reading",
                   [](auto& s, auto& host) {
                     return host.result([&](auto done) {
                       s.async_wait(asio::socket_base::wait_read, done);
                       if (s.is_open()) s.cancel();
                     });
                   }),
      datagram_row(
          "async_wait for writing",
          [](auto& s, auto& host) { return wait_for(s, host, asio::socket_base::wait_write); }),
  };
}

std::vector<DatagramMember> other_members() {
  return {
      datagram_row("send", [](auto& s, auto&) { return send_now(s); }),
      datagram_row("receive", [](auto& s, auto&) { return receive_now(s); }),
      datagram_row(
          "available",
          [](auto& s, auto&) { return sync([&](error_code& ec) { (void)s.available(ec); }); }),
      datagram_row(
          "local_endpoint",
          [](auto& s, auto&) { return sync([&](error_code& ec) { (void)s.local_endpoint(ec); }); }),
      datagram_row("remote_endpoint",
                   [](auto& s, auto&) {
                     return sync([&](error_code& ec) { (void)s.remote_endpoint(ec); });
                   }),
      datagram_row("cancel",
                   [](auto& s, auto&) { return sync([&](error_code& ec) { s.cancel(ec); }); }),
      datagram_row("close",
                   [](auto& s, auto&) { return sync([&](error_code& ec) { s.close(ec); }); }),
      datagram_row("set_option",
                   [](auto& s, auto&) {
                     return sync(
                         [&](error_code& ec) { s.set_option(asio::ip::unicast::hops(9), ec); });
                   }),
      datagram_row("get_option",
                   [](auto& s, auto&) {
                     asio::ip::unicast::hops value;
                     return sync([&](error_code& ec) { s.get_option(value, ec); });
                   }),
  };
}

datagram_socket fresh_datagrams(OurHost& host) { return datagram_socket(*host.here); }
kernel_udp::socket fresh_datagrams(KernelHost& host) { return kernel_udp::socket(host.io); }
datagram_socket bound(OurHost& host) { return {*host.here, Endpoint{{}, 1234}}; }
kernel_udp::socket bound(KernelHost& host) {
  return {host.io, {asio::ip::address_v4::loopback(), 0}};
}
template <typename Host>
auto closed_datagrams(Host& host) {
  auto s = bound(host);
  s.close();
  return s;
}
template <typename Host>
auto moved_datagrams(Host& host) {
  auto s = bound(host);
  host.other_datagrams.push_back(std::move(s));
  return s;  // NOLINT(bugprone-use-after-move)
}
// Connected to a port that nobody has; the error has arrived, and nobody has been told.
template <typename Host>
auto unreachable(Host& host) {
  auto s = bound(host);
  s.connect(host.elsewhere);
  EXPECT_EQ(send_now(s), error_code());
  EXPECT_EQ(wait_for(s, host, asio::socket_base::wait_read), error_code());
  return s;
}
datagram_socket ended_datagrams(OurHost& host) {
  datagram_socket s = bound(host);
  host.here.reset();
  return s;
}
datagram_socket moved_ended_datagrams(OurHost& host) {
  datagram_socket s = moved_datagrams(host);
  host.here.reset();
  return s;
}

std::vector<DatagramState> datagram_states() {
  return {
      {"fresh", BOTH(fresh_datagrams)},
      {"bound", BOTH(bound)},
      {"closed", BOTH(closed_datagrams)},
      {"moved from", BOTH(moved_datagrams)},
      {"unreachable", BOTH(unreachable)},
      {"runtime ended", ended_datagrams, closed_datagrams<KernelHost>},
      {"moved from, runtime ended", moved_ended_datagrams, moved_datagrams<KernelHost>},
  };
}

TEST(MemberTableTest, DatagramSockets) {
  std::vector<difference> different;
  different.push_back({"async_wait for reading", "unreachable", kOk,
                       "ours is ready at once; the kernel's is cancelled before epoll looks"});
  for (const std::string_view state : {"fresh", "closed", "moved from"}) {
    for (const std::string_view member : {"bind", "set_option", "get_option"})
      different.push_back({member, state, kOk, "there is no open(): bind() opens"});
  }
  for (const std::string_view state : {"runtime ended", "moved from, runtime ended"}) {
    for (const std::string_view member : {"bind", "connect"})
      different.push_back({member, state, asio::error::operation_aborted, "no stack is left"});
  }
  compare(asynchronous_members(), datagram_states(), different);
  compare(other_members(), datagram_states(), different);
}

}  // namespace
}  // namespace tcpstack::runtime
