// The socket's contract: text with the SYN (RFC 7413), for a client that knows the server's cookie.
#include <array>
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

class FastOpenTest : public World {
 protected:
  FastOpenTest() : World([](TcpConfig& tcp) { tcp.fast_open = true; }) {}

  // Connects `socket` with "first, second" in two buffers.
  outcome connect_with_text(stream& socket) {
    outcome connected;
    socket.async_connect(kServer, std::array{asio::buffer(first_), asio::buffer(second_)},
                         connected.handler());
    settle();
    return connected;
  }
  void learn_the_cookie() {
    stream socket(*client_);
    connect_with_text(socket);
  }

  const std::string first_ = "first, ";
  const std::string second_ = "second";
  acceptor listener_{*server_, kServer};
  stream client_socket_{*client_};
};

TEST_F(FastOpenTest, TheFirstConnectionOnlyGetsACookie) {
  EXPECT_FALSE(client_->stack().fast_open_cookie(kServerAddress));
  const outcome connected = connect_with_text(client_socket_);
  EXPECT_EQ(connected.ec, error_code());
  EXPECT_EQ(connected.bytes, 0U);
  EXPECT_TRUE(client_->stack().fast_open_cookie(kServerAddress));
}

TEST_F(FastOpenTest, TheNextOneIsServedBeforeItsHandshakeIsOver) {
  learn_the_cookie();
  error_code ec;
  listener_.accept(ec).abort();
  carries_ = [](const passage& p) { return p.from_first; };  // no SYN, ACK
  outcome connected = connect_with_text(client_socket_);
  EXPECT_EQ(connected.calls, 0);
  stream accepted = listener_.accept(ec);
  EXPECT_EQ(read(accepted), "first, second");
}

TEST_F(FastOpenTest, ItsHandlerLearnsHowMuchTheSynTook) {
  learn_the_cookie();
  const outcome connected = connect_with_text(client_socket_);
  EXPECT_EQ(connected.ec, error_code());
  EXPECT_EQ(connected.bytes, first_.size() + second_.size());
  const std::string long_text(5000, 'x');
  stream other(*client_);
  outcome in_part;
  other.async_connect(kServer, asio::buffer(long_text), in_part.handler());
  settle();
  EXPECT_EQ(in_part.bytes, 1420U) << "a segment less 40 bytes for options";
}

TEST_F(FastOpenTest, ARefusalTakesNothing) {
  learn_the_cookie();
  listener_.close();
  const outcome refused = connect_with_text(client_socket_);
  EXPECT_EQ(refused.ec, asio::error::connection_refused);
  EXPECT_EQ(refused.bytes, 0U);
}

TEST_F(FastOpenTest, ACookieOfAnEarlierRunIsAsGood) {
  learn_the_cookie();
  const auto known = client_->stack().fast_open_cookie(kServerAddress).value();
  client_.reset();
  make_hosts([](TcpConfig& tcp) { tcp.fast_open = true; });
  acceptor listener(*server_, kServer);  // the server's keys follow from its seed, and are the same
  client_->stack().remember_fast_open_cookie(known);
  stream socket(*client_);
  EXPECT_EQ(connect_with_text(socket).bytes, first_.size() + second_.size());
}

TEST_F(FastOpenTest, CancellingEndsIt) {
  learn_the_cookie();
  carries_ = [](const passage&) { return false; };
  asio::cancellation_signal signal;
  outcome aborted;
  client_socket_.async_connect(kServer, asio::buffer(first_),
                               asio::bind_cancellation_slot(signal.slot(), aborted.handler()));
  settle();
  signal.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_EQ(aborted.ec, asio::error::operation_aborted);
}

class NoFastOpenTest : public World {};

TEST_F(NoFastOpenTest, AllTextIsLeftForAWrite) {
  acceptor listener(*server_, kServer);
  stream client(*client_);
  for (int i = 0; i < 2; ++i) {
    outcome connected;
    client.async_connect(kServer, asio::buffer("text", 4), connected.handler());
    settle();
    EXPECT_EQ(connected.ec, error_code());
    EXPECT_EQ(connected.bytes, 0U);
    client.close();
  }
  client_->stack().remember_fast_open_cookie({kServerAddress, {1, 2, 3, 4}, 1460});
  EXPECT_FALSE(client_->stack().fast_open_cookie(kServerAddress));
}

}  // namespace
}  // namespace tcpstack::runtime
