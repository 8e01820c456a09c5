// The socket's contract: cancelling operations, one at a time or all.
#include <array>
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

class CancelTest : public World {
 protected:
  auto cancellable(outcome& result) {
    return asio::bind_cancellation_slot(signal_.slot(), result.handler());
  }
  void fill(stream& to) {
    const std::string large(1 << 20, 'x');
    outcome written;
    do {
      written = {};
      to.async_write_some(asio::buffer(large), written.handler());
      run();
    } while (written.calls == 1);
    to.cancel();
    settle();
  }

  asio::cancellation_signal signal_;
  std::array<char, 100> buffer_{};
};

class CancelTypeTest : public CancelTest,
                       public testing::WithParamInterface<asio::cancellation_type> {};

TEST_P(CancelTypeTest, OneReadIsAborted) {
  pair both = connect();
  outcome got;
  both.server.async_read_some(asio::buffer(buffer_), cancellable(got));
  settle();
  signal_.emit(GetParam());
  EXPECT_EQ(got.calls, 0) << "never inline";
  settle();
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(got.ec, asio::error::operation_aborted);
  EXPECT_EQ(got.bytes, 0U);
}

INSTANTIATE_TEST_SUITE_P(EveryType, CancelTypeTest,
                         testing::Values(asio::cancellation_type::terminal,
                                         asio::cancellation_type::partial,
                                         asio::cancellation_type::total));

TEST_F(CancelTest, NothingIsLostByACancelledRead) {
  pair both = connect();
  outcome got;
  both.server.async_read_some(asio::buffer(buffer_), cancellable(got));
  signal_.emit(asio::cancellation_type::total);
  write(both.client, "abc");
  settle();
  EXPECT_EQ(got.ec, asio::error::operation_aborted);
  EXPECT_EQ(read(both.server), "abc");
}

TEST_F(CancelTest, ACancelledReadLeavesTheWriteAlone) {
  pair both = connect();
  fill(both.client);
  outcome got;
  outcome written;
  both.client.async_read_some(asio::buffer(buffer_), cancellable(got));
  both.client.async_write_some(asio::buffer("x", 1), written.handler());
  settle();
  signal_.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_EQ(got.ec, asio::error::operation_aborted);
  EXPECT_EQ(written.calls, 0);
  while (written.calls == 0) ASSERT_FALSE(read(both.server).empty());
  EXPECT_EQ(written.ec, error_code());
}

TEST_F(CancelTest, ACancelledWriteLeavesTheReadAlone) {
  pair both = connect();
  fill(both.client);
  outcome got;
  outcome written;
  both.client.async_read_some(asio::buffer(buffer_), got.handler());
  both.client.async_write_some(asio::buffer("x", 1), cancellable(written));
  settle();
  signal_.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_EQ(written.ec, asio::error::operation_aborted);
  EXPECT_EQ(got.calls, 0);
  write(both.server, "abc");
  settle();
  EXPECT_EQ(got.bytes, 3U);
}

TEST_F(CancelTest, OneOfSeveralReadsIsAborted) {
  pair both = connect();
  outcome first;
  outcome second;
  outcome third;
  std::array<char, 3> other{};
  both.server.async_read_some(asio::buffer(other), first.handler());
  both.server.async_read_some(asio::buffer(buffer_), cancellable(second));
  both.server.async_read_some(asio::buffer(buffer_), third.handler());
  signal_.emit(asio::cancellation_type::terminal);
  write(both.client, "abcdef");
  settle();
  EXPECT_EQ(first.bytes, 3U);
  EXPECT_EQ(second.ec, asio::error::operation_aborted);
  EXPECT_EQ(third.bytes, 3U);
}

TEST_F(CancelTest, AnAcceptIsAbortedAndTheConnectionGoesToTheNext) {
  acceptor listener(*server_, kServer);
  outcome cancelled;
  outcome accepted;
  stream peer(*server_);
  listener.async_accept(peer, cancellable(cancelled));
  listener.async_accept(peer, accepted.handler());
  signal_.emit(asio::cancellation_type::total);
  stream client(*client_);
  client.async_connect(kServer, [](error_code) {});
  settle();
  EXPECT_EQ(cancelled.ec, asio::error::operation_aborted);
  EXPECT_EQ(accepted.ec, error_code());
  EXPECT_TRUE(peer.is_open());
}

TEST_F(CancelTest, ACancelledConnectGivesTheAttemptUp) {
  carries_ = [](const passage&) { return false; };
  stream client(*client_);
  outcome connected;
  client.async_connect(kServer, cancellable(connected));
  settle();
  signal_.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_EQ(connected.ec, asio::error::operation_aborted);
  EXPECT_FALSE(client.is_open());
  EXPECT_EQ(client_->stack().connection_count(), 0U);
}

TEST_F(CancelTest, CancelAbortsAllAndKeepsTheConnection) {
  pair both = connect();
  fill(both.client);
  outcome got;
  outcome written;
  both.client.async_read_some(asio::buffer(buffer_), got.handler());
  both.client.async_write_some(asio::buffer("x", 1), written.handler());
  both.client.cancel();
  settle();
  EXPECT_EQ(got.ec, asio::error::operation_aborted);
  EXPECT_EQ(written.ec, asio::error::operation_aborted);
  write(both.server, "still connected");
  EXPECT_EQ(read(both.client), "still connected");
}

TEST_F(CancelTest, ASignalAfterCompletionHasNoEffect) {
  pair both = connect();
  outcome first;
  both.server.async_read_some(asio::buffer(buffer_), cancellable(first));
  write(both.client, "abc");
  settle();
  outcome second;
  both.server.async_read_some(asio::buffer(buffer_), second.handler());
  signal_.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_EQ(first.bytes, 3U);
  EXPECT_EQ(second.calls, 0);
}

TEST_F(CancelTest, ASignalAfterTheSocketIsGoneHasNoEffect) {
  outcome got;
  {
    pair both = connect();
    both.server.async_read_some(asio::buffer(buffer_), cancellable(got));
  }
  signal_.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(got.ec, asio::error::operation_aborted);
}

}  // namespace
}  // namespace tcpstack::runtime
