// The ports that connect() chooses: RFC 6056.
#include <cstdlib>
#include <set>
#include <utility>
#include <vector>

#include "tests/runtime/world.h"
#include "tests/support/packets.h"

namespace tcpstack::runtime {
namespace {

class EphemeralPortTest : public World {};

// RFC 6056 section 3.2 has the range, section 3.3.1 the choice.
TEST_F(EphemeralPortTest, AreFreeAndHigh) {
  acceptor listener(*server_, kServer);
  std::vector<stream> clients;
  std::set<std::uint16_t> ports;
  for (int i = 0; i < 200; ++i) {
    clients.emplace_back(*client_);
    clients.back().async_connect(kServer, [](error_code ec) { EXPECT_EQ(ec, error_code()); });
    const std::uint16_t port = clients.back().local_endpoint().port;
    EXPECT_GE(port, 32768);
    EXPECT_TRUE(ports.insert(port).second);
  }
  settle();
}

// RFC 6056 section 3.3.4: who sees the ports to one server does not learn those to another.
TEST_F(EphemeralPortTest, ToSeveralServersAreNotInARow) {
  std::vector<stream> clients;
  int neighbours = 0;
  int before = 0;
  for (std::uint16_t i = 0; i < 200; ++i) {
    clients.emplace_back(*client_);
    const auto service = static_cast<std::uint16_t>(1000 + i);
    clients.back().async_connect(Endpoint{kServer.address, service}, [](error_code) {});
    const std::uint16_t port = clients.back().local_endpoint().port;
    if (std::abs(port - std::exchange(before, port)) == 1) ++neighbours;
  }
  settle();
  EXPECT_LT(neighbours, 5);
}

// connect(2): EADDRNOTAVAIL.
TEST_F(EphemeralPortTest, WithoutAFreePortNoAddressIsAvailable) {
  constexpr std::size_t kPorts = 65536 - 32768;  // socket.h: from 32768 on
  carries_ = [](const passage&) { return false; };
  std::vector<stream> waiting;
  for (std::size_t i = 0; i < kPorts; ++i) {
    waiting.emplace_back(*client_);
    waiting.back().async_connect(kServer, [](error_code) {});
  }
  EXPECT_EQ(client_->stack().connection_count(), kPorts);
  outcome connected;
  stream client(*client_);
  client.async_connect(kServer, connected.handler());
  settle();
  EXPECT_EQ(connected.ec, boost::system::errc::address_not_available);
}

}  // namespace
}  // namespace tcpstack::runtime
