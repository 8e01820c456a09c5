// Stopping a runtime, and who may be destroyed before whom.
#include <array>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

asio::awaitable<void> echo(stream socket) {
  std::array<char, 1000> buffer{};
  for (;;) {
    const std::size_t n =
        co_await socket.async_read_some(asio::buffer(buffer), asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer(buffer, n), asio::use_awaitable);
  }
}

asio::awaitable<void> serve(acceptor listener) {
  for (;;) {
    asio::co_spawn(co_await asio::this_coro::executor,
                   echo(co_await listener.async_accept(asio::use_awaitable)), asio::detached);
  }
}

class StopTest : public World {
 protected:
  void start_echo() {
    asio::co_spawn(io_, serve(acceptor(*server_, kServer)), asio::detached);
    client.async_connect(kServer, [](error_code ec) { EXPECT_EQ(ec, error_code()); });
    settle();
  }

  stream client{*client_};
  outcome stopped_;
};

TEST_F(StopTest, WithoutConnectionsItIsDoneAtOnceButByPost) {
  server_->async_stop(10s, stopped_.handler());
  EXPECT_EQ(stopped_.calls, 0);
  settle();
  EXPECT_EQ(stopped_.calls, 1);
  EXPECT_EQ(stopped_.ec, error_code());
}

TEST_F(StopTest, ClosesConnectionsInOrder) {
  start_echo();
  server_->async_stop(10s, stopped_.handler());
  error_code ec;
  EXPECT_EQ(read(client, 10, &ec), "");
  EXPECT_EQ(ec, asio::error::eof);
  EXPECT_EQ(stopped_.calls, 0) << "the client has not closed yet";
  client.close();
  settle();
  EXPECT_EQ(stopped_.calls, 1) << "TIME_WAIT does not count";
  EXPECT_EQ(stopped_.ec, error_code());
  EXPECT_EQ(server_->stack().counters().resets_sent, 0U);
}

TEST_F(StopTest, ResetsWhatIsLeftAtTheLimit) {
  const pair held = connect();
  server_->async_stop(10s, stopped_.handler());
  EXPECT_TRUE(run_until([&] { return stopped_.calls == 1; }));
  EXPECT_EQ(stopped_.ec, asio::error::timed_out);
  EXPECT_EQ(server_->stack().counters().resets_sent, 1U);
}

// RFC 9293 section 3.10.5: no peer is left with half of a connection, whoever held ours.
TEST_F(StopTest, ResetsWhatNoSocketHoldsToo) {
  constexpr std::size_t kMany = 100;  // more than wait in the ring of replies
  std::vector<stream> clients;
  for (std::size_t i = 0; i < kMany; ++i) {
    pair both = connect();
    clients.push_back(std::move(both.client));
  }  // the server's side has been given back, and waits for the client's FIN
  settle();
  ASSERT_EQ(server_->stack().active_connection_count(), kMany);
  server_->async_stop(10s, stopped_.handler());
  EXPECT_TRUE(run_until([&] { return stopped_.calls == 1; }));
  EXPECT_EQ(stopped_.ec, asio::error::timed_out);
  settle();
  EXPECT_EQ(server_->stack().counters().resets_sent, kMany);
  EXPECT_EQ(client_->stack().active_connection_count(), 0U);
}

TEST_F(StopTest, ResetsWhatWaitsForItsListener) {
  constexpr std::size_t kMany = 100;
  acceptor listener(*server_, kServer);
  std::vector<stream> clients;
  std::vector<outcome> connected(kMany + 1);
  for (std::size_t i = 0; i < kMany; ++i) {
    clients.emplace_back(*client_);
    clients.back().async_connect(kServer, connected[i].handler());
  }
  settle();
  carries_ = [](const passage& p) { return p.from_first; };  // a SYN, ACK is lost: SYN_RECEIVED
  client.async_connect(kServer, connected[kMany].handler());
  settle();
  carries_ = {};
  server_->async_stop(10s, stopped_.handler());
  settle();
  EXPECT_EQ(stopped_.calls, 1);
  EXPECT_EQ(server_->stack().counters().resets_sent, kMany + 1);
  EXPECT_EQ(client_->stack().active_connection_count(), 0U);
}

TEST_F(StopTest, ASecondStopDoesNotWait) {
  start_echo();
  outcome second;
  server_->async_stop(10s, stopped_.handler());
  settle();
  EXPECT_EQ(stopped_.calls, 0);
  server_->async_stop(10s, second.handler());
  settle();
  EXPECT_EQ(stopped_.calls, 1);
  EXPECT_EQ(second.calls, 1);
  EXPECT_EQ(stopped_.ec, asio::error::timed_out);
}

TEST_F(StopTest, AThirdStopCompletesToo) {
  server_->async_stop(0s, stopped_.handler());
  settle();
  server_->async_stop(0s, stopped_.handler());
  settle();
  EXPECT_EQ(stopped_.calls, 2);
}

TEST_F(StopTest, NewConnectionsAreRefused) {
  start_echo();
  server_->async_stop(10s, stopped_.handler());
  outcome connected;
  stream late(*client_);
  late.async_connect(kServer, connected.handler());
  settle();
  EXPECT_EQ(connected.ec, asio::error::connection_refused);
}

TEST_F(StopTest, NothingIsStartedAnyMore) {
  server_->async_stop(10s, stopped_.handler());
  acceptor listener(*server_);
  error_code ec;
  listener.listen(kServer, 0, ec);
  EXPECT_EQ(ec, asio::error::operation_aborted);
  stream late(*server_);
  outcome connected;
  late.async_connect({kClientAddress, 7}, connected.handler());
  settle();
  EXPECT_EQ(connected.ec, asio::error::operation_aborted);
}

TEST_F(StopTest, LeavesNothingRunning) {
  start_echo();
  write(client, "x");
  client_->async_stop(1s, [](error_code) {});
  server_->async_stop(1s, [](error_code) {});
  run();
  EXPECT_EQ(time_.next_alarm(), kNever);
}

TEST_F(StopTest, OperationsAreAbortedWhenTheRuntimeEnds) {
  pair both = connect();
  std::array<char, 10> buffer{};
  outcome got;
  both.server.async_read_some(asio::buffer(buffer), got.handler());
  acceptor listener(*server_, {kServerAddress, 8});
  server_.reset();
  EXPECT_EQ(got.calls, 0);
  settle();
  EXPECT_EQ(got.ec, asio::error::operation_aborted);
  EXPECT_FALSE(both.server.is_open());
  EXPECT_FALSE(listener.is_open());
  both.server.async_read_some(asio::buffer(buffer), got.handler());
  settle();
  EXPECT_EQ(got.ec, asio::error::bad_descriptor);
}

// The usual order: the runtime goes first, then the io_context with the suspended coroutine and its acceptor.
TEST(LifetimeTest, CoroutinesMayOutliveTheRuntime) {
  std::weak_ptr<int> local;  // of the coroutine
  bool resumed = false;
  {
    asio::io_context io;
    manual_time time(io.get_executor());
    auto link = make_memory_link(io.get_executor());
    const auto wait = [&](acceptor from) -> asio::awaitable<void> {
      const auto lives = std::make_shared<int>();
      local = lives;
      co_await from.async_accept(asio::as_tuple(asio::use_awaitable));
      resumed = true;
    };
    runtime lone(io.get_executor(), Config{}, 1, std::move(link.first), time.make_timekeeper());
    asio::co_spawn(io, wait(acceptor(lone, {{}, 7})), asio::detached);
    io.poll();
    EXPECT_FALSE(local.expired()) << "it waits";
  }
  EXPECT_FALSE(resumed);
  EXPECT_TRUE(local.expired()) << "the io_context has destroyed it";
}

TEST(LifetimeTest, CoroutinesLearnOfTheRuntimesEnd) {
  asio::io_context io;
  manual_time time(io.get_executor());
  auto link = make_memory_link(io.get_executor());
  error_code first;
  error_code second;
  const auto wait = [&](acceptor from) -> asio::awaitable<void> {
    auto [ec, socket] = co_await from.async_accept(asio::as_tuple(asio::use_awaitable));
    first = ec;
    EXPECT_FALSE(socket.is_open());
    std::tie(second) = co_await from.async_accept(socket, asio::as_tuple(asio::use_awaitable));
  };
  auto lone = std::make_unique<runtime>(io.get_executor(), Config{}, 1, std::move(link.first),
                                        time.make_timekeeper());
  asio::co_spawn(io, wait(acceptor(*lone, {{}, 7})), asio::detached);
  io.poll();
  lone.reset();
  io.restart();
  io.run();
  EXPECT_EQ(first, asio::error::operation_aborted);
  EXPECT_EQ(second, asio::error::bad_descriptor);
}

}  // namespace
}  // namespace tcpstack::runtime
