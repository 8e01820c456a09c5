// The socket's contract: opening connections, and accepting them.
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "tests/runtime/world.h"
#include "tests/support/packets.h"

namespace tcpstack::runtime {
namespace {

class ConnectTest : public World {
 protected:
  stream client{*client_};
  outcome connected_;
};

TEST_F(ConnectTest, NeverCompletesInline) {
  acceptor listener(*server_, kServer);
  client.async_connect(kServer, connected_.handler());
  EXPECT_EQ(connected_.calls, 0);
  settle();
  EXPECT_EQ(connected_.calls, 1);
  EXPECT_EQ(connected_.ec, error_code());
}

TEST_F(ConnectTest, AClosedPortRefuses) {
  client.async_connect(kServer, connected_.handler());
  settle();
  EXPECT_EQ(connected_.ec, asio::error::connection_refused);
  EXPECT_EQ(connected_.ec, boost::system::errc::connection_refused);
  EXPECT_TRUE(client.is_open()) << "without a connection, as a kernel socket";
}

TEST_F(ConnectTest, MayBeTriedAgainAfterAnError) {
  client.async_connect(kServer, connected_.handler());
  settle();
  acceptor listener(*server_, kServer);
  client.async_connect(kServer, connected_.handler());
  settle();
  EXPECT_EQ(connected_.calls, 2);
  EXPECT_EQ(connected_.ec, error_code());
}

TEST_F(ConnectTest, NobodyThereTimesOut) {
  carries_ = [](const passage&) { return false; };
  client.async_connect(kServer, connected_.handler());
  EXPECT_TRUE(run_until([&] { return connected_.calls == 1; }));
  EXPECT_EQ(connected_.ec, asio::error::timed_out);
  EXPECT_GT(time_.now(), Time(10s)) << "after several retransmissions";
}

TEST_F(ConnectTest, ATakenPairOfEndpointsIsAnError) {
  acceptor listener(*server_, kServer);
  client.bind({kClientAddress, 4321});
  client.async_connect(kServer, connected_.handler());
  stream second(*client_);
  second.bind({kClientAddress, 4321});
  outcome refused;
  second.async_connect(kServer, refused.handler());
  settle();
  EXPECT_EQ(connected_.ec, error_code());
  EXPECT_EQ(refused.ec, asio::error::address_in_use);
}

TEST_F(ConnectTest, AnErrorOfTheCallItselfComesByPost) {
  client.async_connect(Endpoint{kServerAddress, 0}, connected_.handler());
  EXPECT_EQ(connected_.calls, 0);
  settle();
  EXPECT_EQ(connected_.ec, asio::error::invalid_argument);
}

TEST_F(ConnectTest, AConnectedSocketCannotConnect) {
  acceptor listener(*server_, kServer);
  client.async_connect(kServer, connected_.handler());
  outcome second;
  client.async_connect(kServer, second.handler());
  settle();
  EXPECT_EQ(second.ec, asio::error::already_started);
  client.async_connect(kServer, second.handler());
  settle();
  EXPECT_EQ(second.ec, asio::error::already_connected);
  EXPECT_TRUE(client.is_open());
}

TEST_F(ConnectTest, BindChoosesTheLocalPort) {
  acceptor listener(*server_, kServer);
  client.bind({kClientAddress, 4321});
  client.async_connect(kServer, connected_.handler());
  settle();
  EXPECT_EQ(client.local_endpoint(), (Endpoint{kClientAddress, 4321}));
}

TEST_F(ConnectTest, CloseAbortsTheAttempt) {
  carries_ = [](const passage&) { return false; };
  client.async_connect(kServer, connected_.handler());
  settle();
  client.close();
  settle();
  EXPECT_EQ(connected_.ec, asio::error::operation_aborted);
  EXPECT_EQ(client_->stack().connection_count(), 0U);
}

TEST_F(ConnectTest, AReadMayBeStartedBeforeTheConnectionIsThere) {
  acceptor listener(*server_, kServer);
  stream server(*server_);
  outcome accepted;
  listener.async_accept(server, accepted.handler());
  client.async_connect(kServer, connected_.handler());
  std::array<char, 10> buffer{};
  outcome got;
  client.async_read_some(asio::buffer(buffer), got.handler());
  settle();
  write(server, "hi");
  settle();
  EXPECT_EQ(got.ec, error_code());
  EXPECT_EQ(got.bytes, 2U);
}

// The other way round, since the packets of tests/support come from 10.0.0.1.
class UnreachableTest : public World {
 protected:
  // Nothing goes through; the first packet from now on meets a router that has this to say about it.
  void answer_with(wire::Unreachable code) {
    carries_ = [this, code, answered = false](const passage& p) mutable {
      if (std::exchange(answered, true)) return false;
      asio::post(io_, [this, code, packet = p.packet] {
        const test::Packet error = test::unreachable(code, packet);
        server_->stack().packet_arrives({.bytes = error}, time_.now());
        server_->schedule_drain();
      });
      return false;
    };
  }

  Endpoint remote_{kClientAddress, 7};
  stream socket_{*server_};
  outcome connected_;
};

// MUST-56: an ICMP error of this kind does not end the attempt, but is the reason if it fails.
TEST_F(UnreachableTest, AHostOrNetworkIsTheErrorInTheEnd) {
  struct unreachable {
    wire::Unreachable code;
    error_code ec;
  };
  for (const auto& each : {unreachable{wire::Unreachable::host, asio::error::host_unreachable},
                           unreachable{wire::Unreachable::net, asio::error::network_unreachable}}) {
    answer_with(each.code);
    socket_.async_connect(remote_, connected_.handler());
    settle();
    EXPECT_EQ(connected_.calls, 0) << "a router may be wrong";
    EXPECT_TRUE(run_until([&] { return connected_.calls == 1; }));
    EXPECT_EQ(connected_.ec, each.ec);
    connected_ = {};
  }
}

TEST_F(UnreachableTest, APortRefuses) {  // SHLD-26
  answer_with(wire::Unreachable::port);
  socket_.async_connect(remote_, connected_.handler());
  settle();
  EXPECT_EQ(connected_.ec, asio::error::connection_refused);
}

TEST_F(UnreachableTest, AHostThatAnswersAfterAllIsConnectedTo) {
  acceptor listener(*client_, remote_);
  answer_with(wire::Unreachable::host);
  socket_.async_connect(remote_, connected_.handler());
  settle();
  carries_ = {};
  EXPECT_TRUE(run_until([&] { return connected_.calls == 1; }));
  EXPECT_EQ(connected_.ec, error_code());
}

class AcceptTest : public World {
 protected:
  void connect_one() {
    clients_.emplace_back(*client_);
    clients_.back().async_connect(kServer, [](error_code) {});
    settle();
  }

  acceptor acceptor_{*server_, kServer};
  std::vector<stream> clients_;
};

TEST_F(AcceptTest, WaitsForAConnection) {
  outcome accepted;
  stream peer(*server_);
  acceptor_.async_accept(peer, accepted.handler());
  settle();
  EXPECT_EQ(accepted.calls, 0);
  connect_one();
  EXPECT_EQ(accepted.calls, 1);
  EXPECT_EQ(accepted.ec, error_code());
  EXPECT_EQ(peer.remote_endpoint().address, kClientAddress);
}

TEST_F(AcceptTest, AConnectionMayWaitForItsAcceptance) {
  connect_one();
  outcome accepted;
  stream peer(*server_);
  acceptor_.async_accept(peer, accepted.handler());
  EXPECT_EQ(accepted.calls, 0) << "never inline";
  settle();
  EXPECT_EQ(accepted.calls, 1);
}

TEST_F(AcceptTest, GivesASocket) {
  stream peer(*server_);
  acceptor_.async_accept([&](error_code ec, stream accepted) {
    EXPECT_EQ(ec, error_code());
    peer = std::move(accepted);
  });
  connect_one();
  EXPECT_EQ(peer.local_endpoint(), kServer);
}

TEST_F(AcceptTest, WhatArrivedBeforeTheAcceptanceIsRead) {
  connect_one();
  write(clients_[0], "impatient");
  settle();
  stream peer(*server_);
  outcome accepted;
  acceptor_.async_accept(peer, accepted.handler());
  settle();
  EXPECT_EQ(read(peer), "impatient");
}

TEST_F(AcceptTest, WithoutWaitingThereIsWouldBlock) {
  error_code ec;
  EXPECT_FALSE(acceptor_.accept(ec).is_open());
  EXPECT_EQ(ec, asio::error::would_block);
  connect_one();
  stream accepted = acceptor_.accept(ec);
  EXPECT_EQ(ec, error_code());
  EXPECT_TRUE(accepted.is_open());
  acceptor_.close();
  EXPECT_FALSE(acceptor_.accept(ec).is_open());
  EXPECT_EQ(ec, asio::error::bad_descriptor);
}

TEST_F(AcceptTest, AWaitTellsThatAConnectionIsThere) {
  outcome before;
  outcome after;
  outcome never;
  acceptor_.async_wait(acceptor::wait_read, before.handler());
  acceptor_.async_wait(acceptor::wait_write, never.handler());
  settle();
  EXPECT_EQ(before.calls, 0);
  connect_one();
  EXPECT_EQ(before.calls, 1);
  EXPECT_EQ(before.ec, error_code());
  acceptor_.async_wait(acceptor::wait_read, after.handler());
  EXPECT_EQ(after.calls, 0) << "never inline";
  settle();
  EXPECT_EQ(after.calls, 1) << "nobody has accepted it";
  error_code ec;
  EXPECT_TRUE(acceptor_.accept(ec).is_open());
  EXPECT_EQ(never.calls, 0);
  acceptor_.close();
  settle();
  EXPECT_EQ(never.ec, asio::error::operation_aborted);
}

TEST_F(AcceptTest, CancelAbortsAWait) {
  outcome waited;
  acceptor_.async_wait(acceptor::wait_read, waited.handler());
  acceptor_.cancel();
  settle();
  EXPECT_EQ(waited.calls, 1);
  EXPECT_EQ(waited.ec, asio::error::operation_aborted);
}

TEST_F(AcceptTest, SeveralAcceptsTakeTheirTurns) {
  std::string order;
  acceptor_.async_accept([&](error_code, stream) { order += '1'; });
  acceptor_.async_accept([&](error_code, stream) { order += '2'; });
  connect_one();
  EXPECT_EQ(order, "1");
  connect_one();
  EXPECT_EQ(order, "12");
}

TEST_F(AcceptTest, CancelAndCloseAbort) {
  outcome accepted;
  stream peer(*server_);
  acceptor_.async_accept(peer, accepted.handler());
  acceptor_.cancel();
  settle();
  EXPECT_EQ(accepted.ec, asio::error::operation_aborted);
  acceptor_.async_accept(peer, accepted.handler());
  acceptor_.close();
  settle();
  EXPECT_EQ(accepted.calls, 2);
  EXPECT_EQ(accepted.ec, asio::error::operation_aborted);
}

TEST_F(AcceptTest, AClosedAcceptorAcceptsNothing) {
  acceptor_.close();
  outcome accepted;
  stream peer(*server_);
  acceptor_.async_accept(peer, accepted.handler());
  settle();
  EXPECT_EQ(accepted.ec, asio::error::bad_descriptor);
  outcome connected;
  stream client(*client_);
  client.async_connect(kServer, connected.handler());
  settle();
  EXPECT_EQ(connected.ec, asio::error::connection_refused);
}

TEST_F(AcceptTest, ClosingResetsWhatNobodyHasAccepted) {
  connect_one();
  acceptor_.close();
  settle();
  error_code ec;
  read(clients_[0], 10, &ec);
  EXPECT_EQ(ec, asio::error::connection_reset);
}

TEST_F(AcceptTest, APortInUseIsAnError) {
  acceptor second(*server_);
  error_code ec;
  second.listen(kServer, 0, ec);
  EXPECT_EQ(ec, asio::error::address_in_use);
  EXPECT_FALSE(second.is_open());
  acceptor_.close();
  second.listen(kServer, 0, ec);
  EXPECT_EQ(ec, error_code());
}

TEST_F(AcceptTest, KnowsItsEndpoint) {
  EXPECT_EQ(acceptor_.local_endpoint().port, 7);
  acceptor_.close();
  error_code ec;
  EXPECT_EQ(acceptor_.local_endpoint(ec), Endpoint{});
  EXPECT_EQ(ec, asio::error::bad_descriptor);
}

TEST_F(AcceptTest, AConnectionWhoseHandlerIsNeverCalledIsClosed) {
  {
    asio::io_context never_run;
    acceptor other(*server_, {kServerAddress, 8});
    other.async_accept(asio::bind_executor(never_run.get_executor(), [](error_code, stream) {}));
    stream client(*client_);
    client.async_connect({kServerAddress, 8}, [](error_code) {});
    settle();
    EXPECT_EQ(server_->stack().connection_count(), 1U);
  }
  run();
  EXPECT_EQ(server_->stack().connection_count(), 0U);
}

}  // namespace
}  // namespace tcpstack::runtime
