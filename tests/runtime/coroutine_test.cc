// Typical code with sockets: coroutines, composed operations, many connections, other executors.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "stack/base/random.h"
#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

constexpr auto use_awaitable = asio::use_awaitable;

std::string random_text(std::size_t size) {
  base::Random random(42);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random.next());
  return text;
}

asio::awaitable<void> echo(stream socket) {
  std::array<char, 10000> buffer{};
  for (;;) {
    const auto [ec, n] =
        co_await socket.async_read_some(asio::buffer(buffer), asio::as_tuple(use_awaitable));
    if (ec) break;
    co_await asio::async_write(socket, asio::buffer(buffer, n), use_awaitable);
  }
}

asio::awaitable<void> serve(acceptor listener) {
  for (;;) {
    asio::co_spawn(co_await asio::this_coro::executor,
                   echo(co_await listener.async_accept(use_awaitable)), asio::detached);
  }
}

// Sends `text` to the echo service, and counts the clients that got it back.
asio::awaitable<void> ask(runtime& host, std::string text, int& right) {
  stream socket(host);
  co_await socket.async_connect(kServer, use_awaitable);
  std::string answer(text.size(), '\0');
  using namespace asio::experimental::awaitable_operators;
  co_await (asio::async_write(socket, asio::buffer(text), use_awaitable) &&
            asio::async_read(socket, asio::buffer(answer), use_awaitable));
  if (answer == text) ++right;
}

class CoroutineTest : public World {
 protected:
  void start_echo() { asio::co_spawn(io_, serve(acceptor(*server_, kServer)), asio::detached); }
  int right_ = 0;
};

TEST_F(CoroutineTest, Echo) {
  start_echo();
  asio::co_spawn(io_, ask(*client_, "hello", right_), asio::detached);
  run();
  EXPECT_EQ(right_, 1);
}

TEST_F(CoroutineTest, AHundredConnectionsAtATime) {
  start_echo();
  const std::string text = random_text(20000);
  for (int i = 0; i < 100; ++i) asio::co_spawn(io_, ask(*client_, text, right_), asio::detached);
  run();
  EXPECT_EQ(right_, 100);
  EXPECT_EQ(client_->stack().connection_count(), 0U);
  EXPECT_EQ(server_->stack().connection_count(), 0U);
}

TEST_F(CoroutineTest, TenThousandConnectionsAtATimeLeaveNothing) {
  start_echo();
  const std::string text = random_text(100);
  for (int i = 0; i < 10000; ++i) asio::co_spawn(io_, ask(*client_, text, right_), asio::detached);
  EXPECT_TRUE(run_until([this] { return right_ == 10000; }));
  EXPECT_EQ(client_->stack().connection_count(), 10000U) << "established or in TIME_WAIT";
  run();
  EXPECT_EQ(client_->stack().connection_count(), 0U);
  EXPECT_EQ(server_->stack().connection_count(), 0U);
}

TEST_F(CoroutineTest, AComposedWriteOfTenMegabytes) {
  pair both = connect();
  const std::string text = random_text(10 << 20);
  std::string got(text.size(), '\0');
  outcome written;
  outcome read;
  asio::async_write(both.client, asio::buffer(text), written.handler());
  asio::async_read(both.server, asio::buffer(got), read.handler());
  EXPECT_TRUE(run_until([&] { return written.calls + read.calls == 2; }));
  EXPECT_EQ(written.bytes, text.size());
  EXPECT_EQ(read.bytes, text.size());
  EXPECT_TRUE(got == text);
}

TEST_F(CoroutineTest, ReadUntilFindsALineAcrossSegments) {
  pair both = connect();
  std::string line;
  outcome found;
  asio::async_read_until(both.server, asio::dynamic_buffer(line), "\r\n", found.handler());
  write(both.client, "a line in");
  settle();
  EXPECT_EQ(found.calls, 0);
  write(both.client, " two parts\r\nand more");
  settle();
  EXPECT_EQ(line.substr(0, found.bytes), "a line in two parts\r\n");
}

TEST_F(CoroutineTest, ATimeoutByAwaitableOperators) {
  pair both = connect();
  bool timed_out = false;
  asio::co_spawn(
      io_,
      [&]() -> asio::awaitable<void> {
        using namespace asio::experimental::awaitable_operators;
        std::array<char, 10> buffer{};
        asio::steady_timer soon(io_, std::chrono::steady_clock::time_point::min());
        const auto first =
            co_await (both.server.async_read_some(asio::buffer(buffer), use_awaitable) ||
                      soon.async_wait(use_awaitable));
        timed_out = first.index() == 1;
      },
      asio::detached);
  while (!timed_out) settle();
  write(both.client, "late");
  EXPECT_EQ(read(both.server), "late");
}

TEST_F(CoroutineTest, ADefaultCompletionToken) {
  using token = asio::use_awaitable_t<>;
  using awaitable_stream = token::as_default_on_t<stream>;
  using awaitable_acceptor = token::as_default_on_t<acceptor>;
  std::string got(5, '\0');
  asio::co_spawn(
      io_,
      [&]() -> asio::awaitable<void> {
        awaitable_acceptor listener(*server_, kServer);
        awaitable_stream client(*client_);
        co_await client.async_connect(kServer);
        awaitable_stream server = co_await listener.async_accept();
        co_await asio::async_write(client, asio::buffer("hello", 5));
        co_await asio::async_read(server, asio::buffer(got));
      },
      asio::detached);
  run();
  EXPECT_EQ(got, "hello");
}

TEST_F(CoroutineTest, ASocketOfAStrand) {
  auto strand = asio::make_strand(io_);
  using strand_stream = stream::rebind_executor<decltype(strand)>::other;
  acceptor listener(*server_, kServer);
  strand_stream client(*client_, strand);
  bool inside = false;
  client.async_connect(kServer, [&](error_code) { inside = strand.running_in_this_thread(); });
  settle();
  EXPECT_TRUE(inside);
}

TEST_F(CoroutineTest, TheAssociatedExecutorRunsTheHandler) {
  acceptor listener(*server_, kServer);
  stream client(*client_);
  asio::io_context other;
  outcome connected;
  client.async_connect(kServer, asio::bind_executor(other, connected.handler()));
  settle();
  EXPECT_EQ(connected.calls, 0);
  other.run();
  EXPECT_EQ(connected.calls, 1);
}

TEST_F(CoroutineTest, AWaitingOperationKeepsItsExecutorBusy) {
  pair both = connect();
  asio::io_context other;
  std::array<char, 10> buffer{};
  outcome got;
  both.server.async_read_some(asio::buffer(buffer), asio::bind_executor(other, got.handler()));
  settle();
  EXPECT_EQ(other.poll(), 0U);
  EXPECT_FALSE(other.stopped());
  both.server.close();
  settle();
  other.run();
  EXPECT_EQ(got.ec, asio::error::operation_aborted);
}

}  // namespace
}  // namespace tcpstack::runtime
