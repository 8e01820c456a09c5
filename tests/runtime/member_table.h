// A table of every member of a handle in every state that a program can bring it to, beside a kernel socket of Asio in
// the same state: both give the same error. Where ours differs on purpose, the list of differences has our error and the
// reason.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

#include "stack/runtime/datagram_socket.h"
#include "tests/runtime/world.h"

namespace tcpstack::runtime {

using kernel_tcp = asio::ip::tcp;
using kernel_udp = asio::ip::udp;

// Ours on purpose, with the reason.
struct difference {
  std::string_view member;
  std::string_view state;
  error_code ours;
  std::string_view why;
};

// One member of both kinds of handle, as an error.
template <typename Ours, typename Kernel, typename OurHost, typename KernelHost>
struct member {
  std::string_view name;
  error_code (*ours)(Ours&, OurHost&);
  error_code (*kernel)(Kernel&, KernelHost&);
};

// One way to a state, for both.
template <typename Ours, typename Kernel, typename OurHost, typename KernelHost>
struct state {
  std::string_view name;
  Ours (*ours)(OurHost&);
  Kernel (*kernel)(KernelHost&);
};

inline error_code if_open(bool is_open) {
  return is_open ? error_code() : error_code(asio::error::bad_descriptor);
}

// The host of a kernel socket: the loopback device.
struct KernelHost {
  using acceptor_type = kernel_tcp::acceptor;
  using stream_type = kernel_tcp::socket;
  using datagram_type = kernel_udp::socket;

  asio::io_context io;
  kernel_tcp::acceptor listener{io, {asio::ip::address_v4::loopback(), 0}};
  kernel_tcp::socket nobody{io, {asio::ip::address_v4::loopback(), 0}};  // does not listen
  std::vector<kernel_tcp::socket> others;
  std::vector<kernel_udp::socket> other_datagrams;
  std::vector<kernel_tcp::acceptor> other_acceptors;

  kernel_tcp::endpoint server() { return listener.local_endpoint(); }
  kernel_tcp::endpoint any() { return {asio::ip::address_v4::any(), 0}; }
  kernel_udp::endpoint any_datagram() { return {asio::ip::address_v4::any(), 0}; }
  kernel_udp::endpoint elsewhere{asio::ip::address_v4::loopback(), 9};
  stream_type new_stream() { return stream_type(io); }
  stream_type open_stream() { return {io, kernel_tcp::v4()}; }

  // The result of an operation, which must not wait for ever.
  error_code result(const std::function<void(std::function<void(error_code)>)>& start) {
    bool done = false;
    error_code result;
    start([&](error_code ec) {
      done = true;
      result = ec;
    });
    io.restart();
    while (!done && io.run_one_for(std::chrono::seconds(5)) > 0) {
    }
    EXPECT_TRUE(done) << "the operation waits";
    return result;
  }
  std::pair<stream_type, stream_type> connect() {
    stream_type client(io);
    client.connect(server());
    return {std::move(client), listener.accept()};
  }
};

// The host of ours: a link in memory. A member that would leave an operation behind fails.
struct OurHost {
  using acceptor_type = acceptor;
  using stream_type = stream;
  using datagram_type = datagram_socket;

  asio::io_context io;
  manual_time time{io.get_executor()};
  memory_link link = make_memory_link(io.get_executor());
  std::unique_ptr<runtime> here = make(kClientAddress, std::move(link.first));
  std::unique_ptr<runtime> there = make(kServerAddress, std::move(link.second));
  acceptor listener{*there, kServer};
  std::vector<stream> others;
  std::vector<datagram_socket> other_datagrams;
  std::vector<acceptor> other_acceptors;

  Endpoint server() { return kServer; }
  Endpoint any() { return {}; }
  Endpoint any_datagram() { return {}; }
  Endpoint elsewhere{kServerAddress, 9};
  stream new_stream() { return here ? stream(*here) : stream(*there); }

  stream open_stream() {
    stream s(*there);
    s.async_connect({kClientAddress, 9}, [](error_code) {});
    return s;
  }

  std::unique_ptr<runtime> make(Address address, std::unique_ptr<packet_device> device) {
    Config config;
    config.ip.address = address;
    return std::make_unique<runtime>(io.get_executor(), config, 1, std::move(device),
                                     time.make_timekeeper());
  }
  void settle() {
    do {
      io.restart();
    } while (io.poll() > 0);
  }
  error_code result(const std::function<void(std::function<void(error_code)>)>& start) {
    bool done = false;
    error_code result;
    start([&](error_code ec) {
      done = true;
      result = ec;
    });
    EXPECT_FALSE(done) << "called from inside";
    settle();
    EXPECT_TRUE(done) << "the operation waits";
    return result;
  }
  std::pair<stream, stream> connect() {
    std::pair<stream, stream> both{stream(*here), stream(*there)};
    const error_code accepted = result([&](auto done) {
      both.first.async_connect(kServer, [](error_code ec) { EXPECT_EQ(ec, error_code()); });
      listener.async_accept(both.second, done);
    });
    EXPECT_EQ(accepted, error_code());
    settle();
    return both;
  }
};

// Calls of ours never block.
template <typename Kernel>
void do_not_block(Kernel& handle) {
  if (handle.is_open()) handle.non_blocking(true);
}
inline void do_not_block(acceptor& /*ours*/) {}

// Runs all members in all states.
template <typename Member, typename State>
void compare(const std::vector<Member>& members, const std::vector<State>& states,
             const std::vector<difference>& different) {
  for (const State& state : states) {
    for (const Member& member : members) {
      SCOPED_TRACE(std::string(member.name) + ", " + std::string(state.name));
      OurHost host;
      auto ours = state.ours(host);
      const error_code our_result = member.ours(ours, host);
      const auto is_it = [&](const difference& each) {
        return each.member == member.name && each.state == state.name;
      };
      const auto found = std::ranges::find_if(different, is_it);
      KernelHost kernel_host;
      auto kernel = state.kernel(kernel_host);
      const error_code kernel_result = member.kernel(kernel, kernel_host);
      if (found == different.end()) {
        EXPECT_EQ(our_result, kernel_result)
            << "ours: " << our_result.message() << ", kernel: " << kernel_result.message();
      } else {
        EXPECT_EQ(our_result, found->ours) << found->why << "; ours: " << our_result.message();
        EXPECT_NE(our_result, kernel_result) << "no longer different: " << found->why;
      }
    }
  }
}

inline std::array<char, 8> some_bytes{};
inline auto room() { return asio::buffer(some_bytes); }
inline auto nothing() { return asio::buffer(some_bytes, 0); }

template <typename Call>
auto sync(Call call) {
  error_code ec;
  call(ec);
  return ec;
}

template <typename Socket, typename Host>
error_code wait_for(Socket& s, Host& host, asio::socket_base::wait_type what) {
  return host.result([&](auto done) { s.async_wait(what, done); });
}

template <typename Host>
auto connected_stream(Host& host) {
  auto both = host.connect();
  host.others.push_back(std::move(both.second));
  return std::move(both.first);
}
template <typename Host>
auto moved_stream(Host& host) {
  auto s = connected_stream(host);
  host.others.push_back(std::move(s));
  return s;  // NOLINT(bugprone-use-after-move)
}
// The ways of ours and of the kernel to a state.
#define BOTH(make) [](OurHost& h) { return make(h); }, [](KernelHost& h) { return make(h); }

inline const error_code kOk;

}  // namespace tcpstack::runtime
