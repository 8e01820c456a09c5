// TCP sockets: every member in every state (member_table.h).
#include <string_view>
#include <utility>
#include <vector>

#include "tests/runtime/member_table.h"

namespace tcpstack::runtime {
namespace {

using StreamMember = member<stream, kernel_tcp::socket, OurHost, KernelHost>;
using StreamState = state<stream, kernel_tcp::socket, OurHost, KernelHost>;

template <typename Call>
StreamMember row(std::string_view name, Call /*call*/) {
  return {name, [](stream& s, OurHost& host) { return Call{}(s, host); },
          [](kernel_tcp::socket& s, KernelHost& host) { return Call{}(s, host); }};
}

std::vector<StreamMember> reading_members() {
  return {
      row("get_executor",
          [](auto& s, auto& host) { return if_open(s.get_executor() == host.io.get_executor()); }),
      row("bind", [](auto& s,
                     auto& host) { return sync([&](error_code& ec) { s.bind(host.any(), ec); }); }),
      row("async_connect",
          [](auto& s, auto& host) {
            return host.result([&](auto done) { s.async_connect(host.server(), done); });
          }),
      row("async_read_some",
          [](auto& s, auto& host) {
            return host.result([&](auto done) {
              s.async_read_some(room(), [done](error_code ec, std::size_t) { done(ec); });
            });
          }),
      row("async_read_some of nothing",
          [](auto& s, auto& host) {
            return host.result([&](auto done) {
              s.async_read_some(nothing(), [done](error_code ec, std::size_t) { done(ec); });
            });
          }),
      row("async_receive",
          [](auto& s, auto& host) {
            return host.result([&](auto done) {
              s.async_receive(room(), [done](error_code ec, std::size_t) { done(ec); });
            });
          }),
  };
}

std::vector<StreamMember> writing_members() {
  return {
      row("async_write_some",
          [](auto& s, auto& host) {
            return host.result([&](auto done) {
              s.async_write_some(room(), [done](error_code ec, std::size_t) { done(ec); });
            });
          }),
      row("async_write_some of nothing",
          [](auto& s, auto& host) {
            return host.result([&](auto done) {
              s.async_write_some(nothing(), [done](error_code ec, std::size_t) { done(ec); });
            });
          }),
      row("async_send with flags",
          [](auto& s, auto& host) {
            return host.result([&](auto done) {
              s.async_send(room(), asio::socket_base::message_end_of_record,
                           [done](error_code ec, std::size_t) { done(ec); });
            });
          }),
      row("async_wait for reading",
          [](auto& s, auto& host) { return wait_for(s, host, asio::socket_base::wait_read); }),
      row("async_wait for writing",
          [](auto& s, auto& host) { return wait_for(s, host, asio::socket_base::wait_write); }),
      row("read_some",
          [](auto& s, auto&) { return sync([&](error_code& ec) { s.read_some(room(), ec); }); }),
      row("read_some, twice",
          [](auto& s, auto&) {
            error_code first;
            s.read_some(room(), first);
            return sync([&](error_code& ec) { s.read_some(room(), ec); });
          }),
      row("read_some of nothing",
          [](auto& s, auto&) { return sync([&](error_code& ec) { s.read_some(nothing(), ec); }); }),
      row("write_some",
          [](auto& s, auto&) { return sync([&](error_code& ec) { s.write_some(room(), ec); }); }),
      row("write_some, twice",
          [](auto& s, auto&) {
            error_code first;
            s.write_some(room(), first);
            return sync([&](error_code& ec) { s.write_some(room(), ec); });
          }),
      row("write_some, then read_some",
          [](auto& s, auto&) {
            error_code first;
            s.write_some(room(), first);
            return sync([&](error_code& ec) { s.read_some(room(), ec); });
          }),
      row("write_some of nothing",
          [](auto& s, auto&) {
            return sync([&](error_code& ec) { s.write_some(nothing(), ec); });
          }),
  };
}

std::vector<StreamMember> other_members() {
  return {
      row("is_open", [](auto& s, auto&) { return if_open(s.is_open()); }),
      row("shutdown of sending",
          [](auto& s, auto&) {
            return sync([&](error_code& ec) { s.shutdown(asio::socket_base::shutdown_send, ec); });
          }),
      row("shutdown of both",
          [](auto& s, auto&) {
            return sync([&](error_code& ec) { s.shutdown(asio::socket_base::shutdown_both, ec); });
          }),
      row("local_endpoint",
          [](auto& s, auto&) { return sync([&](error_code& ec) { (void)s.local_endpoint(ec); }); }),
      row("remote_endpoint",
          [](auto& s, auto&) {
            return sync([&](error_code& ec) { (void)s.remote_endpoint(ec); });
          }),
      row("available",
          [](auto& s, auto&) { return sync([&](error_code& ec) { (void)s.available(ec); }); }),
      row("cancel", [](auto& s, auto&) { return sync([&](error_code& ec) { s.cancel(ec); }); }),
      row("close", [](auto& s, auto&) { return sync([&](error_code& ec) { s.close(ec); }); }),
      row("close, then is_open",
          [](auto& s, auto&) {
            s.close();
            return if_open(s.is_open());
          }),
      row("set_option",
          [](auto& s, auto&) {
            return sync([&](error_code& ec) { s.set_option(kernel_tcp::no_delay(true), ec); });
          }),
      row("get_option",
          [](auto& s, auto&) {
            kernel_tcp::no_delay value;
            return sync([&](error_code& ec) { s.get_option(value, ec); });
          }),
      row("move, then read_some",
          [](auto& s, auto&) {
            auto other = std::move(s);
            return sync([&](error_code& ec) { other.read_some(room(), ec); });
          }),
      row("assignment, then async_connect",
          [](auto& s, auto& host) {
            s = host.new_stream();
            return host.result([&](auto done) { s.async_connect(host.server(), done); });
          }),
  };
}

template <typename Host>
auto fresh_stream(Host& host) {
  return host.new_stream();
}
template <typename Host>
auto closed_stream(Host& host) {
  auto s = connected_stream(host);
  s.close();
  return s;
}
// The socket of an accept handler with an error.
template <typename Host>
auto unaccepted_stream(Host& host) {
  auto got = host.new_stream();
  const error_code ec = host.result([&](auto done) {
    host.listener.async_accept([&got, done](error_code result, auto socket) {
      got = std::move(socket);
      done(result);
    });
    host.listener.cancel();
  });
  EXPECT_EQ(ec, asio::error::operation_aborted);
  return got;
}

stream refused_stream(OurHost& host) {
  stream s(*host.here);
  const auto ec = host.result([&](auto done) { s.async_connect({kServerAddress, 99}, done); });
  EXPECT_EQ(ec, asio::error::connection_refused);
  return s;
}
kernel_tcp::socket refused_stream(KernelHost& host) {
  kernel_tcp::socket s(host.io);
  const auto ec =
      host.result([&](auto done) { s.async_connect(host.nobody.local_endpoint(), done); });
  EXPECT_EQ(ec, asio::error::connection_refused);
  return s;
}

// The peer resets the connection, and nobody has been told yet.
template <typename Host>
auto reset_stream(Host& host) {
  auto both = host.connect();
  both.second.set_option(asio::socket_base::linger(true, 0));
  both.second.close();
  EXPECT_EQ(wait_for(both.first, host, asio::socket_base::wait_read), error_code());
  return std::move(both.first);
}
// The text before the reset was acknowledged.
template <typename Host>
auto reset_stream_with_text(Host& host) {
  auto both = host.connect();
  EXPECT_EQ(both.second.write_some(asio::buffer("text", 4)), 4U);
  EXPECT_EQ(wait_for(both.first, host, asio::socket_base::wait_read), error_code());
  both.second.set_option(asio::socket_base::linger(true, 0));
  both.second.close();
  return std::move(both.first);
}
template <typename Host>
auto told_stream(Host& host) {
  auto s = reset_stream(host);
  EXPECT_EQ(sync([&](error_code& ec) { s.read_some(room(), ec); }), asio::error::connection_reset);
  return s;
}
// Both sides have closed, each in order.
template <typename Host>
auto finished_stream(Host& host) {
  auto both = host.connect();
  both.second.shutdown(asio::socket_base::shutdown_send);
  EXPECT_EQ(wait_for(both.first, host, asio::socket_base::wait_read), error_code());
  both.first.shutdown(asio::socket_base::shutdown_send);
  EXPECT_EQ(wait_for(both.second, host, asio::socket_base::wait_read), error_code());
  host.others.push_back(std::move(both.second));
  return std::move(both.first);
}

stream ended_stream(OurHost& host) {
  stream s = connected_stream(host);
  host.here.reset();
  return s;
}
stream moved_ended_stream(OurHost& host) {
  stream s = moved_stream(host);
  host.here.reset();
  return s;
}
// Moved from after the runtime's end.
stream ended_moved_stream(OurHost& host) {
  stream s = ended_stream(host);
  host.others.push_back(std::move(s));
  return s;  // NOLINT(bugprone-use-after-move)
}

std::vector<StreamState> stream_states() {
  return {
      {"fresh", BOTH(fresh_stream)},
      {"closed", BOTH(closed_stream)},
      {"moved from", BOTH(moved_stream)},
      {"from a failed accept", BOTH(unaccepted_stream)},
      {"refused", BOTH(refused_stream)},
      {"reset", BOTH(reset_stream)},
      {"reset, and the user knows", BOTH(told_stream)},
      {"finished", BOTH(finished_stream)},
      {"runtime ended", ended_stream, closed_stream<KernelHost>},
      {"moved from, runtime ended", moved_ended_stream, moved_stream<KernelHost>},
      {"runtime ended, moved from", ended_moved_stream, moved_stream<KernelHost>},
  };
}

std::vector<difference> stream_differences() {
  std::vector<difference> all;
  for (const std::string_view state : {"fresh", "closed", "moved from", "from a failed accept"}) {
    for (const std::string_view member : {"bind", "set_option", "get_option"})
      all.push_back({member, state, kOk, "there is no open(): a closed socket keeps them"});
  }
  all.push_back({"async_connect", "from a failed accept", asio::error::invalid_argument,
                 "it belongs to the server's stack, which does not connect to itself"});
  for (const std::string_view state : {"reset", "reset, and the user knows", "finished"}) {
    all.push_back({"bind", state, asio::error::invalid_argument,
                   "until close() the socket keeps its connection; Linux has given the port back"});
  }
  for (const std::string_view state :
       {"runtime ended", "moved from, runtime ended", "runtime ended, moved from"}) {
    all.push_back({"assignment, then async_connect", state, asio::error::invalid_argument,
                   "the other runtime is the server's, which does not connect to itself"});
  }
  all.push_back({"async_connect", "refused", kOk, "Linux reports ECONNABORTED once more"});
  for (const std::string_view state :
       {"runtime ended", "moved from, runtime ended", "runtime ended, moved from"}) {
    all.push_back({"async_connect", state, asio::error::operation_aborted, "no stack is left"});
  }
  return all;
}

TEST(MemberTableTest, SocketsRead) {
  compare(reading_members(), stream_states(), stream_differences());
}

TEST(MemberTableTest, SocketsWrite) {
  compare(writing_members(), stream_states(), stream_differences());
}

TEST(MemberTableTest, SocketsOtherMembers) {
  compare(other_members(), stream_states(), stream_differences());
}

}  // namespace
}  // namespace tcpstack::runtime
