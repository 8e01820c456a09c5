// Handles that have been moved from, beside what their tables show; and a second thread.
#include <functional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "tests/runtime/member_table.h"

namespace tcpstack::runtime {
namespace {

// Asio's documentation accepts in this loop.
TEST(MovedFromTest, TheClassicAcceptLoop) {
  OurHost host;
  std::vector<stream> taken;
  stream next(*host.there);
  std::function<void(error_code)> accepted = [&](error_code ec) {
    if (ec) return;
    taken.emplace_back(std::move(next));
    host.listener.async_accept(next, accepted);
  };
  host.listener.async_accept(next, accepted);
  std::vector<stream> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(*host.here);
    clients.back().async_connect(kServer, [](error_code ec) { EXPECT_EQ(ec, error_code()); });
  }
  host.settle();
  EXPECT_EQ(taken.size(), 3U);
  host.listener.cancel();
  host.settle();
}

TEST(MovedFromTest, ItsHandlersKeepItsExecutor) {
  OurHost host;
  asio::io_context other;
  using other_stream = stream::rebind_executor<asio::io_context::executor_type>::other;
  other_stream first(*host.here, other.get_executor());
  const other_stream second = std::move(first);
  bool done = false;
  first.async_read_some(room(), [&](error_code, std::size_t) { done = true; });
  host.settle();
  EXPECT_FALSE(done);
  other.run();
  EXPECT_TRUE(done);
}

// A kernel socket does not offer these.
TEST(MovedFromTest, OurOwnMembers) {
  OurHost host;
  stream s = moved_stream(host);
  error_code ec;
  s.skip(1, ec);
  EXPECT_EQ(ec, asio::error::bad_descriptor);
  (void)s.tcp_info(ec);
  EXPECT_EQ(ec, asio::error::bad_descriptor);
  EXPECT_THROW((void)s.status(), boost::system::system_error);
  EXPECT_EQ(s.connection(), std::nullopt);
  s.abort();
  EXPECT_FALSE(s.is_open());
  datagram_socket d(*host.here);
  const datagram_socket taken = std::move(d);
  EXPECT_EQ(d.take_failure(), std::nullopt);
}

TEST(MovedFromTest, OptionsOfOneAreNotThoseOfAnother) {
  OurHost host;
  stream first = moved_stream(host);
  const stream second = moved_stream(host);
  first.set_option(kernel_tcp::no_delay(true));
  kernel_tcp::no_delay value;
  second.get_option(value);
  EXPECT_FALSE(value.value());
}

#ifndef NDEBUG
TEST(ThreadWatchDeathTest, ASecondThreadIsAsserted) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  OurHost host;
  stream s(*host.here);
  s.async_connect(kServer, [&](error_code) { std::thread([&] { (void)s.is_open(); }).join(); });
  EXPECT_DEATH(host.settle(), "two threads use a runtime at the same time");
}
#endif

}  // namespace
}  // namespace tcpstack::runtime
