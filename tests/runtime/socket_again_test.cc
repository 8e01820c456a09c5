// A socket that is connected a second time is as new; what it does before it is connected, and after a shutdown.
#include <array>
#include <string>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>

#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

using asio::socket_base;

class AgainTest : public World {
 protected:
  // Connects client_socket; returns the other end.
  stream connect_again() {
    acceptor listener(*server_, kServer);
    stream peer(*server_);
    outcome connected;
    outcome accepted;
    socket_.async_connect(kServer, connected.handler());
    listener.async_accept(peer, accepted.handler());
    EXPECT_TRUE(run_until([&] { return connected.calls + accepted.calls == 2; }));
    EXPECT_EQ(connected.ec, error_code());
    settle();
    return peer;
  }
  void lose_all() {
    carries_ = [](const passage&) { return false; };
  }

  stream socket_{*client_};
  std::array<char, 100> buffer_{};
  error_code ec_;
};

TEST_F(AgainTest, AShutdownIsForOneConnection) {
  const stream first = connect_again();
  socket_.shutdown(socket_base::shutdown_receive);
  socket_.close();
  stream second = connect_again();
  write(second, "text");
  EXPECT_EQ(read(socket_), "text");
}

TEST_F(AgainTest, AProblemIsOfOneConnection) {
  {
    const stream first = connect_again();
    lose_all();
    EXPECT_EQ(socket_.write_some(asio::buffer("text", 4), ec_), 4U);
    outcome problem;
    socket_.async_wait(stream::wait_error, problem.handler());
    EXPECT_TRUE(run_until([&] { return problem.calls == 1; }));
    carries_ = nullptr;
  }
  socket_.close();
  const stream second = connect_again();
  EXPECT_EQ(socket_.take_problem(), error_code());
}

TEST_F(AgainTest, CloseForgetsTheAddress) {
  socket_.bind({kClientAddress, 5000});
  socket_.close();
  const stream peer = connect_again();
  EXPECT_NE(socket_.local_endpoint().port, 5000);
}

TEST_F(AgainTest, OnlyOurAddressCanBeBound) {
  socket_.bind({Address(0x0a000009), 5000}, ec_);
  EXPECT_EQ(ec_, boost::system::errc::address_not_available);
}

TEST_F(AgainTest, ACancelledAttemptMayBeRepeated) {
  lose_all();
  outcome cancelled;
  socket_.async_connect(kServer, cancelled.handler());
  settle();
  socket_.cancel();
  settle();
  EXPECT_EQ(cancelled.ec, asio::error::operation_aborted);
  carries_ = nullptr;
  const stream peer = connect_again();
}

TEST_F(AgainTest, NothingIsReadyBeforeTheHandshakeIsOver) {
  lose_all();
  outcome connected;
  outcome ready;
  socket_.async_connect(kServer, connected.handler());
  socket_.async_wait(stream::wait_write, ready.handler());
  socket_.async_wait(stream::wait_read, ready.handler());
  settle();
  EXPECT_EQ(ready.calls, 0);
  socket_.close();
  settle();
  EXPECT_EQ(ready.calls, 2);
}

TEST_F(AgainTest, AShutdownOfReceivingIsReadableAndSendsNothing) {
  stream peer = connect_again();
  const std::size_t before = packets_;
  outcome ready;
  socket_.async_wait(stream::wait_read, ready.handler());
  socket_.shutdown(socket_base::shutdown_receive);
  settle();
  EXPECT_EQ(ready.calls, 1);
  EXPECT_EQ(packets_, before);
  write(socket_, "text");
  EXPECT_EQ(read(peer), "text");
}

TEST_F(AgainTest, AWaitCanBeCancelledAlone) {
  const stream peer = connect_again();
  asio::cancellation_signal signal;
  outcome cancelled;
  outcome other;
  socket_.async_wait(stream::wait_read,
                     asio::bind_cancellation_slot(signal.slot(), cancelled.handler()));
  socket_.async_wait(stream::wait_read, other.handler());
  settle();
  signal.emit(asio::cancellation_type::none);
  settle();
  EXPECT_EQ(cancelled.calls, 0) << "nothing was asked for";
  signal.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_EQ(cancelled.ec, asio::error::operation_aborted);
  EXPECT_EQ(other.calls, 0);
  socket_.close();
  settle();
}

TEST_F(AgainTest, AStopClosesASocketThatSomebodyHolds) {
  const stream peer = connect_again();
  outcome stopped;
  server_->async_stop(10s, stopped.handler());
  outcome got;
  socket_.async_read_some(asio::buffer(buffer_), got.handler());
  settle();
  EXPECT_EQ(got.ec, asio::error::eof);
  EXPECT_EQ(stopped.calls, 0);
}

}  // namespace
}  // namespace tcpstack::runtime
