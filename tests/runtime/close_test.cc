// The socket's contract: how connections end.
#include <array>
#include <optional>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

class CloseTest : public World {
 protected:
  // The error of a read, which must not give any bytes.
  error_code end_of(stream& from) {
    error_code ec;
    EXPECT_EQ(read(from, 100, &ec), "");
    return ec;
  }

  pair pair_ = connect();
  stream& client = pair_.client;
  stream& server = pair_.server;
  std::array<char, 100> buffer_{};
};

TEST_F(CloseTest, EofComesAfterTheLastByte) {
  write(client, "the last words");
  client.shutdown(stream::shutdown_send);
  settle();
  EXPECT_EQ(read(server, 4), "the ");
  EXPECT_EQ(read(server), "last words");
  EXPECT_EQ(end_of(server), asio::error::eof);
  EXPECT_EQ(end_of(server), asio::error::eof) << "and again";
}

TEST_F(CloseTest, AfterShutdownSendTheOtherDirectionGoesOn) {
  client.shutdown(stream::shutdown_send);
  EXPECT_EQ(end_of(server), asio::error::eof);
  write(server, "I am not done");
  EXPECT_EQ(read(client), "I am not done");
  server.shutdown(stream::shutdown_send);
  EXPECT_EQ(end_of(client), asio::error::eof);
}

TEST_F(CloseTest, TheAcceptingSideMayShutDownFirst) {
  server.shutdown(stream::shutdown_send);
  EXPECT_EQ(end_of(client), asio::error::eof);
  write(client, "still here");
  EXPECT_EQ(read(server), "still here");
}

TEST_F(CloseTest, AWriteAfterShutdownIsABrokenPipe) {
  client.shutdown(stream::shutdown_send);
  outcome written;
  client.async_write_some(asio::buffer("x", 1), written.handler());
  settle();
  EXPECT_EQ(written.ec, asio::error::broken_pipe);
}

TEST_F(CloseTest, ASecondShutdownIsNoError) {
  client.shutdown(stream::shutdown_send);
  EXPECT_NO_THROW(client.shutdown(stream::shutdown_send));
}

TEST_F(CloseTest, AfterShutdownReceiveReadsGiveEof) {
  outcome got;
  server.async_read_some(asio::buffer(buffer_), got.handler());
  server.shutdown(stream::shutdown_receive);
  settle();
  EXPECT_EQ(got.ec, asio::error::eof);
  EXPECT_EQ(end_of(server), asio::error::eof);
}

TEST_F(CloseTest, CloseAbortsWhatWaits) {
  outcome got;
  server.async_read_some(asio::buffer(buffer_), got.handler());
  server.close();
  EXPECT_EQ(got.calls, 0);
  settle();
  EXPECT_EQ(got.ec, asio::error::operation_aborted);
  EXPECT_FALSE(server.is_open());
}

TEST_F(CloseTest, OperationsOnAClosedSocketFail) {
  server.close();
  EXPECT_EQ(end_of(server), asio::error::bad_descriptor);
  outcome written;
  server.async_write_some(asio::buffer("x", 1), written.handler());
  settle();
  EXPECT_EQ(written.ec, asio::error::bad_descriptor);
  EXPECT_THROW((void)server.remote_endpoint(), boost::system::system_error);
}

TEST_F(CloseTest, WhatWasWrittenBeforeCloseArrives) {
  const std::string text(100000, 'x');
  write(client, text);
  client.close();
  std::string got;
  while (got.size() < text.size()) {
    const std::string part = read(server);
    ASSERT_FALSE(part.empty());
    got += part;
  }
  EXPECT_EQ(got, text);
  EXPECT_EQ(end_of(server), asio::error::eof);
}

TEST_F(CloseTest, TheDestructorCloses) {
  std::optional<stream> going(std::move(client));
  write(*going, "bye");
  going.reset();
  EXPECT_EQ(read(server), "bye");
  EXPECT_EQ(end_of(server), asio::error::eof);
}

TEST_F(CloseTest, ADestroyedSocketAbortsItsOperations) {
  outcome got;
  std::optional<stream> going(std::move(client));
  going->async_read_some(asio::buffer(buffer_), got.handler());
  going.reset();
  EXPECT_EQ(got.calls, 0);
  settle();
  EXPECT_EQ(got.ec, asio::error::operation_aborted);
}

TEST_F(CloseTest, AbortResetsThePeer) {
  outcome got;
  server.async_read_some(asio::buffer(buffer_), got.handler());
  client.abort();
  settle();
  EXPECT_EQ(got.ec, asio::error::connection_reset);
  EXPECT_EQ(got.ec, boost::system::errc::connection_reset);
  EXPECT_EQ(end_of(server), asio::error::eof) << "the error is told once, as on kernel sockets";
  outcome written;
  server.async_write_some(asio::buffer("x", 1), written.handler());
  settle();
  EXPECT_EQ(written.ec, asio::error::broken_pipe);
}

TEST_F(CloseTest, AResetAbortsAWriteThatWaits) {
  const std::string large(64 << 20, 'x');
  outcome written;
  do {
    written = {};
    client.async_write_some(asio::buffer(large), written.handler());
    run();
  } while (written.calls == 1);
  server.abort();
  settle();
  EXPECT_EQ(written.ec, asio::error::connection_reset);
}

TEST_F(CloseTest, ClosingWithUnreadBytesResetsThePeer) {
  write(client, "nobody will read this");
  settle();
  server.close();
  EXPECT_EQ(end_of(client), asio::error::connection_reset);
}

TEST_F(CloseTest, BothMayCloseAtTheSameTime) {
  client.close();
  server.close();
  run();
  EXPECT_EQ(client_->stack().connection_count(), 0U);
  EXPECT_EQ(server_->stack().connection_count(), 0U);
}

TEST_F(CloseTest, NothingIsLeftAfterTimeWait) {
  client.close();
  EXPECT_EQ(end_of(server), asio::error::eof);
  server.close();
  run();
  EXPECT_EQ(client_->stack().connection_count(), 0U);
  EXPECT_EQ(server_->stack().connection_count(), 0U);
}

TEST_F(CloseTest, AClosedSocketCanConnectAgain) {
  client.close();
  acceptor listener(*server_, kServer);
  outcome connected;
  client.async_connect(kServer, connected.handler());
  EXPECT_TRUE(run_until([&] { return connected.calls == 1; }));
  EXPECT_EQ(connected.ec, error_code());
  EXPECT_TRUE(client.is_open());
}

}  // namespace
}  // namespace tcpstack::runtime
