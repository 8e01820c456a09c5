// The figures of connections: tcp_info() of a socket, and the list of all.
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "stack/runtime/connection_list.h"
#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

class InfoTest : public World {};

TEST_F(InfoTest, ASocketsTcpInfo) {
  pair both = connect();
  write(both.client, "question");
  EXPECT_EQ(read(both.server), "question");
  run_until([&] { return both.client.status().unacknowledged == 0; });
  const tcpstack::tcp::TcpInfo info = both.client.tcp_info();
  EXPECT_EQ(info.state, tcpstack::tcp::State::ESTABLISHED);
  EXPECT_TRUE(info.sack && info.timestamps && info.window_scaling);
  EXPECT_EQ(info.snd_mss, 1448U) << "1460, less the timestamps option";
  EXPECT_EQ(info.snd_cwnd, 10U) << "RFC 6928";
  EXPECT_EQ(info.bytes_acked, 8U);
  EXPECT_EQ(info.unacked, 0U);
  EXPECT_EQ(info.total_retrans, 0U);
  EXPECT_EQ(both.server.tcp_info().bytes_received, 8U);
}

TEST_F(InfoTest, AClosedSocketHasNone) {
  stream closed(*client_);
  error_code ec;
  closed.tcp_info(ec);
  EXPECT_EQ(ec, asio::error::bad_descriptor);
  EXPECT_THROW(closed.tcp_info(), boost::system::system_error);
}

TEST_F(InfoTest, AllConnectionsAreListed) {
  pair both = connect();
  error_code ec;
  both.client.write_some(asio::buffer("unread", 6), ec);
  settle();
  const auto clients = list_connections(*client_);
  const auto servers = list_connections(*server_);
  ASSERT_EQ(clients.size(), 1U);
  ASSERT_EQ(servers.size(), 1U);
  EXPECT_EQ(clients[0].local, both.client.local_endpoint());
  EXPECT_EQ(clients[0].remote, kServer);
  EXPECT_EQ(clients[0].id, *both.client.connection());
  EXPECT_EQ(clients[0].tcp.state, tcpstack::tcp::State::ESTABLISHED);
  EXPECT_TRUE(clients[0].has_user);
  EXPECT_EQ(servers[0].remote, both.client.local_endpoint());
  EXPECT_EQ(servers[0].receive_queue, 6U);
}

TEST_F(InfoTest, ThoseWithoutASocketAreListed) {
  pair both = connect();
  both.client.close();
  settle();
  both.server.close();
  settle();
  const auto clients = list_connections(*client_);
  ASSERT_EQ(clients.size(), 1U);
  EXPECT_EQ(clients[0].tcp.state, tcpstack::tcp::State::TIME_WAIT);
  EXPECT_FALSE(clients[0].has_user);
  EXPECT_TRUE(list_connections(*server_).empty());
  run();
  EXPECT_TRUE(list_connections(*client_).empty());
}

TEST_F(InfoTest, ListenersAreListed) {
  acceptor seven(*server_, kServer);
  acceptor eight(*server_, {kServerAddress, 8});
  const auto list = list_listeners(*server_);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].local, kServer);
  EXPECT_EQ(list[1].local.port, 8);
  EXPECT_TRUE(list_listeners(*client_).empty());
}

}  // namespace
}  // namespace tcpstack::runtime
