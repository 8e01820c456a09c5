// async_wait of sockets and datagram sockets: when it completes, and that nothing is transferred by it.
#include <array>
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include "stack/runtime/datagram_socket.h"
#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

class WaitTest : public World {
 protected:
  pair both_ = connect();
  outcome waited_;
};

TEST_F(WaitTest, ForTextToRead) {
  both_.server.async_wait(stream::wait_read, waited_.handler());
  settle();
  EXPECT_EQ(waited_.calls, 0);
  write(both_.client, "text");
  settle();
  EXPECT_EQ(waited_.calls, 1);
  EXPECT_EQ(waited_.ec, error_code());
  EXPECT_EQ(both_.server.available(), 4U) << "nothing has been read";
  both_.server.async_wait(stream::wait_read, waited_.handler());
  EXPECT_EQ(waited_.calls, 1) << "never inline";
  settle();
  EXPECT_EQ(waited_.calls, 2);
}

TEST_F(WaitTest, ForTheEndOfTheStream) {
  both_.server.async_wait(stream::wait_read, waited_.handler());
  both_.client.close();
  settle();
  EXPECT_EQ(waited_.calls, 1);
  EXPECT_EQ(waited_.ec, error_code());
}

TEST_F(WaitTest, ForRoomToWrite) {
  both_.client.async_wait(stream::wait_write, waited_.handler());
  settle();
  EXPECT_EQ(waited_.calls, 1) << "there is room";
  const std::string large(1 << 20, 'x');
  error_code ec;
  while (!ec) {
    both_.client.write_some(asio::buffer(large), ec);
    settle();
  }
  both_.client.async_wait(stream::wait_write, waited_.handler());
  settle();
  EXPECT_EQ(waited_.calls, 1);
  while (waited_.calls == 1) read(both_.server);
  EXPECT_EQ(waited_.ec, error_code());
  EXPECT_GT(both_.client.write_some(asio::buffer(large), ec), 0U);
}

TEST_F(WaitTest, ForAnError) {
  both_.client.async_wait(stream::wait_error, waited_.handler());
  write(both_.server, "no error");
  settle();
  EXPECT_EQ(waited_.calls, 0);
  both_.server.abort();
  settle();
  EXPECT_EQ(waited_.calls, 1);
}

TEST_F(WaitTest, AReadAndAWaitAreServedBoth) {
  std::array<char, 10> buffer{};
  outcome got;
  both_.server.async_wait(stream::wait_read, waited_.handler());
  both_.server.async_read_some(asio::buffer(buffer), got.handler());
  write(both_.client, "text");
  settle();
  EXPECT_EQ(got.bytes, 4U);
  EXPECT_EQ(waited_.calls, 1);
  EXPECT_EQ(waited_.ec, error_code());
}

TEST_F(WaitTest, CancelAborts) {
  both_.server.async_wait(stream::wait_read, waited_.handler());
  settle();
  both_.server.cancel();
  settle();
  EXPECT_EQ(waited_.ec, asio::error::operation_aborted);
}

TEST_F(WaitTest, AClosedSocketIsNotWaitedFor) {
  both_.server.close();
  both_.server.async_wait(stream::wait_read, waited_.handler());
  EXPECT_EQ(waited_.calls, 0);
  settle();
  EXPECT_EQ(waited_.ec, asio::error::bad_descriptor);
}

class DatagramWaitTest : public World {
 protected:
  void send(datagram_socket& from, const std::string& text, const Endpoint& to) {
    error_code ec;
    EXPECT_EQ(from.send_to(asio::buffer(text), to, ec), text.size());
    settle();
  }

  datagram_socket client{*client_, Endpoint{}};
  datagram_socket server{*server_, kServer};
};

TEST_F(DatagramWaitTest, ForADatagram) {
  outcome before;
  outcome after;
  server.async_wait(datagram_socket::wait_read, before.handler());
  settle();
  EXPECT_EQ(before.calls, 0);
  send(client, "abc", kServer);
  EXPECT_EQ(before.calls, 1);
  EXPECT_EQ(before.ec, error_code());
  EXPECT_EQ(server.available(), 3U);
  server.async_wait(datagram_socket::wait_read, after.handler());
  EXPECT_EQ(after.calls, 0) << "never inline";
  settle();
  EXPECT_EQ(after.calls, 1) << "nobody has taken it";
}

TEST_F(DatagramWaitTest, ForAPeersDatagramWhenConnected) {
  datagram_socket other(*client_, Endpoint{});
  server.connect({kClientAddress, client.local_endpoint().port});
  outcome waited;
  server.async_wait(datagram_socket::wait_read, waited.handler());
  send(other, "not me", kServer);
  EXPECT_EQ(waited.calls, 0);
  EXPECT_EQ(server.available(), 0U);
  send(client, "me", kServer);
  EXPECT_EQ(waited.calls, 1);
}

TEST_F(DatagramWaitTest, ForRoom) {
  outcome at_once;
  client.async_wait(datagram_socket::wait_write, at_once.handler());
  settle();
  EXPECT_EQ(at_once.calls, 1);
  const std::string large(60000, 'x');
  error_code ec;
  while (!ec) client.send_to(asio::buffer(large), kServer, ec);
  ASSERT_EQ(ec, asio::error::would_block);
  outcome waited;
  std::size_t taken = 0;
  client.async_wait(datagram_socket::wait_write, [&](error_code result) {
    waited.handler()(result);
    taken = client.send_to(asio::buffer(large), kServer, ec);
  });
  EXPECT_EQ(waited.calls, 0);
  settle();
  EXPECT_EQ(waited.calls, 1);
  EXPECT_EQ(waited.ec, error_code());
  EXPECT_EQ(taken, large.size()) << "it waits for what was refused, not for any room";
}

TEST_F(DatagramWaitTest, ForAnIcmpError) {
  outcome waited;
  client.async_wait(datagram_socket::wait_error, waited.handler());
  send(client, "x", kServer);
  EXPECT_EQ(waited.calls, 0);
  send(client, "x", {kServerAddress, 9});
  EXPECT_EQ(waited.calls, 1);
  EXPECT_EQ(waited.ec, error_code());
  EXPECT_TRUE(client.take_failure());
}

TEST_F(DatagramWaitTest, CancellingOneLeavesTheOthersAlone) {
  asio::cancellation_signal signal;
  outcome cancelled;
  outcome closed;
  server.async_wait(datagram_socket::wait_read,
                    asio::bind_cancellation_slot(signal.slot(), cancelled.handler()));
  server.async_wait(datagram_socket::wait_error, closed.handler());
  signal.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_EQ(cancelled.ec, asio::error::operation_aborted);
  EXPECT_EQ(closed.calls, 0);
  server.close();
  settle();
  EXPECT_EQ(closed.ec, asio::error::operation_aborted);
  outcome late;
  server.async_wait(datagram_socket::wait_read, late.handler());
  settle();
  EXPECT_EQ(late.ec, asio::error::bad_descriptor);
}

}  // namespace
}  // namespace tcpstack::runtime
