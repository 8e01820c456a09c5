// Acceptors: where they may listen, and what closing them sends.
#include "stack/runtime/acceptor.h"

#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>

#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

class AcceptorTest : public World {
 protected:
  acceptor listener_{*server_};
  error_code ec_;
};

TEST_F(AcceptorTest, ListensAtOurAddressOnly) {
  listener_.listen({Address(0x0a000009), 7}, 0, ec_);
  EXPECT_EQ(ec_, boost::system::errc::address_not_available);
  EXPECT_FALSE(listener_.is_open());
}

TEST_F(AcceptorTest, ListensOnce) {
  listener_.listen(kServer);
  listener_.listen({kServerAddress, 8}, 0, ec_);
  EXPECT_EQ(ec_, asio::error::already_open);
  EXPECT_EQ(listener_.local_endpoint(), kServer);
}

TEST_F(AcceptorTest, OptionsFromBeforeListenAreThoseOfItsConnections) {
  listener_.set_option(asio::socket_base::receive_buffer_size(5000));
  listener_.listen(kServer);
  stream client(*client_);
  client.async_connect(kServer, [](error_code) {});
  settle();
  const stream accepted = listener_.accept(ec_);
  ASSERT_EQ(ec_, error_code());
  EXPECT_EQ(server_->stack().tcb(*accepted.connection())->receive_capacity, 5000U);
}

TEST_F(AcceptorTest, ClosingSendsResetsAtOnce) {
  listener_.listen(kServer);
  stream client(*client_);
  client.async_connect(kServer, [](error_code) {});
  settle();
  const std::size_t before = packets_;
  listener_.close();
  settle();
  EXPECT_EQ(packets_ - before, 1U);
  EXPECT_EQ(server_->stack().counters().resets_sent, 1U);
}

}  // namespace
}  // namespace tcpstack::runtime
