// The datagram socket's contract, one rule a test.
#include <array>
#include <memory>
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/ip/unicast.hpp>

#include "stack/runtime/datagram_socket.h"
#include "stack/runtime/socket_options.h"
#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

class DatagramTest : public World {
 protected:
  std::string received(const outcome& result) const { return {buffer_.data(), result.bytes}; }
  void send(datagram_socket& from, const std::string& text, const Endpoint& to) {
    error_code ec;
    EXPECT_EQ(from.send_to(asio::buffer(text), to, ec), text.size());
    EXPECT_EQ(ec, error_code());
    settle();
  }
  void receive(outcome& result) {
    server.async_receive_from(asio::buffer(buffer_), sender_, result.handler());
  }

  datagram_socket client{*client_, Endpoint{}};
  datagram_socket server{*server_, kServer};
  Endpoint sender_;
  std::array<char, 100> buffer_{};
};

TEST_F(DatagramTest, ADatagramArrivesWithItsSender) {
  outcome sent;
  outcome got;
  receive(got);
  client.async_send_to(asio::buffer("hello", 5), kServer, sent.handler());
  EXPECT_EQ(sent.calls, 0) << "never inline";
  settle();
  EXPECT_EQ(sent.calls, 1);
  EXPECT_EQ(sent.ec, error_code());
  EXPECT_EQ(sent.bytes, 5U);
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(got.ec, error_code());
  EXPECT_EQ(received(got), "hello");
  EXPECT_EQ(sender_, (Endpoint{kClientAddress, client.local_endpoint().port}));
}

TEST_F(DatagramTest, AReceiveNeverCompletesInline) {
  send(client, "there already", kServer);
  outcome got;
  receive(got);
  EXPECT_EQ(got.calls, 0);
  settle();
  EXPECT_EQ(got.calls, 1);
}

TEST_F(DatagramTest, AnEmptyDatagramIsOne) {
  outcome got;
  receive(got);
  send(client, "", kServer);
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(got.ec, error_code());
  EXPECT_EQ(got.bytes, 0U);
}

TEST_F(DatagramTest, SeveralReceivesTakeTheirTurns) {
  std::array<char, 10> second{};
  outcome got_first;
  outcome got_second;
  receive(got_first);
  server.async_receive(asio::buffer(second), got_second.handler());
  send(client, "one", kServer);
  EXPECT_EQ(got_second.calls, 0);
  send(client, "two", kServer);
  EXPECT_EQ(received(got_first), "one");
  EXPECT_EQ(std::string(second.data(), got_second.bytes), "two");
}

TEST_F(DatagramTest, TheRestOfALargeDatagramIsLost) {
  send(client, std::string(150, 'x'), kServer);
  send(client, "next", kServer);
  outcome got;
  receive(got);
  settle();
  EXPECT_EQ(got.ec, error_code());
  EXPECT_EQ(got.bytes, buffer_.size());
  receive(got);
  settle();
  EXPECT_EQ(received(got), "next");
}

TEST_F(DatagramTest, SeveralBuffersAreOneDatagram) {
  const std::array<asio::const_buffer, 2> from{asio::buffer("ab", 2), asio::buffer("cde", 3)};
  std::array<char, 4> first{};
  std::array<char, 4> second{};
  const std::array<asio::mutable_buffer, 2> to{asio::buffer(first), asio::buffer(second)};
  outcome sent;
  outcome got;
  client.async_send_to(from, kServer, sent.handler());
  server.async_receive(to, got.handler());
  settle();
  EXPECT_EQ(sent.bytes, 5U);
  EXPECT_EQ(got.bytes, 5U);
  EXPECT_EQ(std::string(first.begin(), first.end()), "abcd");
  EXPECT_EQ(second.front(), 'e');
}

TEST_F(DatagramTest, WithoutWaitingThereIsWouldBlock) {
  error_code ec;
  EXPECT_EQ(server.receive_from(asio::buffer(buffer_), sender_, ec), 0U);
  EXPECT_EQ(ec, asio::error::would_block);
  send(client, "abc", kServer);
  EXPECT_EQ(server.receive_from(asio::buffer(buffer_), sender_, ec), 3U);
  EXPECT_EQ(ec, error_code());
}

// Written for a kernel socket; it knows nothing of ours.
template <typename Socket>
std::string tune(Socket& socket) {
  socket.set_option(asio::socket_base::reuse_address(true));
  socket.set_option(asio::ip::unicast::hops(3));
  socket.set_option(type_of_service(0xb8));
  asio::socket_base::reuse_address reuse;
  asio::ip::unicast::hops hops;
  type_of_service service;
  socket.get_option(reuse);
  socket.get_option(hops);
  socket.get_option(service);
  return std::to_string(int{reuse.value()}) + " " + std::to_string(hops.value()) + " " +
         std::to_string(service.value());
}

TEST_F(DatagramTest, ATemplateForKernelSocketsTunesOurs) {
  asio::io_context io;
  asio::ip::udp::socket kernel(io, asio::ip::udp::v4());
  datagram_socket closed(*client_);
  const std::string expected = tune(kernel);
  EXPECT_EQ(expected, "1 3 184");
  EXPECT_EQ(tune(client), expected);
  EXPECT_EQ(tune(closed), expected);
}

TEST_F(DatagramTest, OptionsOfAClosedSocketAreForTheOneToCome) {
  datagram_socket third(*client_);
  third.set_option(asio::ip::unicast::hops(3));
  third.bind({});
  int hops = 0;
  carries_ = [&](const passage& p) {
    hops = p.packet[8];
    return true;
  };
  send(third, "x", kServer);
  EXPECT_EQ(hops, 3);
  third.close();
  third.bind({});
  send(third, "x", kServer);
  EXPECT_EQ(hops, 64) << "close() forgets";
}

TEST_F(DatagramTest, TheReceiveBufferIsWhatMayWait) {
  asio::socket_base::receive_buffer_size size;
  server.get_option(size);
  EXPECT_EQ(size.value(), 212992);
  server.set_option(asio::socket_base::receive_buffer_size(1000));
  for (int i = 0; i < 10; ++i) send(client, std::string(400, 'x'), kServer);
  outcome got;
  for (int i = 0; i < 10; ++i) receive(got);
  settle();
  EXPECT_EQ(got.calls, 2) << "each costs 464 of 1000 bytes";
}

TEST_F(DatagramTest, OptionsOfStreamsAreErrors) {
  error_code ec;
  client.set_option(asio::ip::tcp::no_delay(true), ec);
  EXPECT_EQ(ec, asio::error::no_protocol_option);
  client.set_option(asio::ip::unicast::hops(0), ec);
  EXPECT_EQ(ec, asio::error::invalid_argument);
  asio::socket_base::keep_alive alive;
  client.get_option(alive, ec);
  EXPECT_EQ(ec, asio::error::no_protocol_option);
}

TEST_F(DatagramTest, TooLargeADatagramIsAnError) {
  const std::string large(65508, 'x');
  outcome sent;
  client.async_send_to(asio::buffer(large), kServer, sent.handler());
  settle();
  EXPECT_EQ(sent.ec, asio::error::message_size);
}

TEST_F(DatagramTest, ASendWaitsForRoom) {
  const std::string large(60000, 'x');
  error_code ec;
  while (!ec) client.send_to(asio::buffer(large), kServer, ec);
  EXPECT_EQ(ec, asio::error::would_block);
  outcome sent;
  client.async_send_to(asio::buffer("x", 1), kServer, sent.handler());
  client.async_send_to(asio::buffer(large), kServer, sent.handler());
  settle();
  EXPECT_EQ(sent.calls, 2);
  EXPECT_EQ(sent.ec, error_code());
}

TEST_F(DatagramTest, AConnectedSocketNeedsNoAddress) {
  client.connect(kServer);
  EXPECT_EQ(client.remote_endpoint(), kServer);
  outcome sent;
  outcome got;
  receive(got);
  client.async_send(asio::buffer("abc", 3), sent.handler());
  settle();
  EXPECT_EQ(sent.bytes, 3U);
  EXPECT_EQ(received(got), "abc");
}

TEST_F(DatagramTest, OneThatIsNotConnectedNeedsIt) {
  outcome sent;
  client.async_send(asio::buffer("abc", 3), sent.handler());
  settle();
  EXPECT_EQ(sent.ec, boost::system::errc::destination_address_required);
}

TEST_F(DatagramTest, AConnectedSocketHearsItsPeerOnly) {
  datagram_socket other(*client_, Endpoint{});
  server.connect({kClientAddress, client.local_endpoint().port});
  outcome got;
  receive(got);
  send(other, "not me", kServer);
  EXPECT_EQ(got.calls, 0);
  send(client, "me", kServer);
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(received(got), "me");
}

TEST_F(DatagramTest, APortUnreachableRefusesAConnectedSocketOnce) {
  client.connect({kServerAddress, 9});
  outcome got;
  client.async_receive(asio::buffer(buffer_), got.handler());
  error_code ec;
  client.send(asio::buffer("x", 1), ec);
  settle();
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(got.ec, asio::error::connection_refused);
  EXPECT_EQ(client.send(asio::buffer("x", 1), ec), 1U);
  EXPECT_EQ(ec, error_code());
}

TEST_F(DatagramTest, OneThatIsNotConnectedIsLeftAloneButMayAsk) {
  outcome got;
  client.async_receive(asio::buffer(buffer_), got.handler());
  send(client, "x", {kServerAddress, 9});
  EXPECT_EQ(got.calls, 0);
  const auto failure = client.take_failure();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->remote, (Endpoint{kServerAddress, 9}));
  EXPECT_EQ(failure->problem, ip::IcmpProblem::port_unreachable);
  EXPECT_FALSE(client.take_failure());
}

TEST_F(DatagramTest, APortIsBoundOnce) {
  datagram_socket second(*server_);
  error_code ec;
  second.bind(kServer, ec);
  EXPECT_EQ(ec, asio::error::address_in_use);
  server.bind(kServer, ec);
  EXPECT_EQ(ec, asio::error::invalid_argument);
  server.close();
  second.bind(kServer, ec);
  EXPECT_EQ(ec, error_code());
}

TEST_F(DatagramTest, AClosedSocketIsABadDescriptor) {
  client.close();
  EXPECT_FALSE(client.is_open());
  outcome got;
  outcome sent;
  client.async_receive(asio::buffer(buffer_), got.handler());
  client.async_send_to(asio::buffer("x", 1), kServer, sent.handler());
  settle();
  EXPECT_EQ(got.ec, asio::error::bad_descriptor);
  EXPECT_EQ(sent.ec, asio::error::bad_descriptor);
  error_code ec;
  client.local_endpoint(ec);
  EXPECT_EQ(ec, asio::error::bad_descriptor);
}

TEST_F(DatagramTest, CloseAborts) {
  outcome got;
  receive(got);
  server.close();
  EXPECT_EQ(got.calls, 0);
  settle();
  EXPECT_EQ(got.calls, 1);
  EXPECT_EQ(got.ec, asio::error::operation_aborted);
}

TEST_F(DatagramTest, CancellingOneReceiveLeavesTheOtherAlone) {
  asio::cancellation_signal signal;
  outcome first;
  outcome second;
  server.async_receive(asio::buffer(buffer_),
                       asio::bind_cancellation_slot(signal.slot(), first.handler()));
  receive(second);
  signal.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_EQ(first.ec, asio::error::operation_aborted);
  EXPECT_EQ(second.calls, 0);
  send(client, "abc", kServer);
  EXPECT_EQ(received(second), "abc");
}

TEST_F(DatagramTest, AHandlerMayBeMoveOnly) {
  auto bytes = std::make_unique<std::size_t>(0);
  std::unique_ptr<std::size_t> back;
  server.async_receive(asio::buffer(buffer_),
                       [bytes = std::move(bytes), &back](error_code, std::size_t n) mutable {
                         *bytes = n;
                         back = std::move(bytes);
                       });
  send(client, "four", kServer);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, 4U);
}

TEST_F(DatagramTest, AMovedSocketKeepsItsOperations) {
  outcome got;
  receive(got);
  const datagram_socket moved = std::move(server);
  EXPECT_FALSE(server.is_open());  // NOLINT(bugprone-use-after-move): that is the question
  send(client, "abc", kServer);
  EXPECT_EQ(received(got), "abc");
}

TEST_F(DatagramTest, StoppingTheRuntimeClosesIt) {
  outcome got;
  outcome stopped;
  receive(got);
  server_->async_stop(1s, stopped.handler());
  settle();
  EXPECT_EQ(got.ec, asio::error::operation_aborted);
  EXPECT_EQ(stopped.ec, error_code());
  EXPECT_FALSE(server.is_open());
  error_code ec;
  server.bind(kServer, ec);
  EXPECT_EQ(ec, asio::error::operation_aborted);
}

TEST_F(DatagramTest, ItMayOutliveTheRuntime) {
  outcome got;
  receive(got);
  server_.reset();
  settle();
  EXPECT_EQ(got.ec, asio::error::operation_aborted);
  EXPECT_FALSE(server.is_open());
  receive(got);
  settle();
  EXPECT_EQ(got.ec, asio::error::bad_descriptor);
}

}  // namespace
}  // namespace tcpstack::runtime
