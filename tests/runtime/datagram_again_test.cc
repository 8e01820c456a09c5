// Datagram sockets: addresses that are not ours, full queues, and whose problems a socket hears of.
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>

#include "stack/runtime/datagram_socket.h"
#include "tests/runtime/world.h"
#include "tests/support/packets.h"

namespace tcpstack::runtime {
namespace {

class DatagramAgainTest : public World {
 protected:
  void fill() {
    const std::string large(60'000, 'x');
    error_code ec;
    while (!ec) client_socket_.send_to(asio::buffer(large), kServer, ec);
    ASSERT_EQ(ec, asio::error::would_block);
  }

  datagram_socket client_socket_{*client_, Endpoint{}};
  error_code ec_;
};

TEST_F(DatagramAgainTest, OnlyOurAddressCanBeBound) {
  datagram_socket socket(*client_);
  socket.bind({Address(0x0a000009), 5000}, ec_);
  EXPECT_EQ(ec_, boost::system::errc::address_not_available);
  EXPECT_FALSE(socket.is_open());
}

TEST_F(DatagramAgainTest, ASendThatWaitsCanBeCancelled) {
  fill();
  asio::cancellation_signal signal;
  outcome by_slot;
  outcome by_cancel;
  const std::string large(60'000, 'x');
  client_socket_.async_send_to(asio::buffer(large), kServer,
                               asio::bind_cancellation_slot(signal.slot(), by_slot.handler()));
  client_socket_.async_send_to(asio::buffer(large), kServer, by_cancel.handler());
  signal.emit(asio::cancellation_type::terminal);
  client_socket_.cancel();
  settle();
  EXPECT_EQ(by_slot.ec, asio::error::operation_aborted);
  EXPECT_EQ(by_cancel.ec, asio::error::operation_aborted);
}

// RFC 1122 section 4.1.3.3. A connected socket hears of its peer's port, not of another.
TEST_F(DatagramAgainTest, AProblemWithAnotherIsNotThePeers) {
  client_socket_.send_to(asio::buffer("x", 1), {kServerAddress, 9}, ec_);
  client_socket_.connect(kServer, ec_);
  settle();
  outcome ready;
  client_socket_.async_wait(datagram_socket::wait_error, ready.handler());
  settle();
  EXPECT_EQ(ready.calls, 0);
  client_socket_.send(asio::buffer("x", 1), ec_);
  settle();
  EXPECT_EQ(ready.calls, 1) << "nobody is at that port either";
}

}  // namespace
}  // namespace tcpstack::runtime
