// Reading and writing at their limits: full queues, several buffers, flags, and the packets that follow at once.
#include <array>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include "stack/runtime/connection_list.h"
#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

class TransferTest : public World {
 protected:
  // As much as fits, without waiting.
  static std::size_t fill(stream& to) {
    error_code ec;
    std::size_t all = 0;
    while (!ec) all += to.write_some(asio::buffer(std::string(10'000, 'x')), ec);
    EXPECT_EQ(ec, asio::error::would_block);
    return all;
  }
  static const tcp::Tcb& tcb(runtime& owner, const stream& of) {
    return *owner.stack().tcb(*of.connection());
  }

  pair both_ = connect();
  stream& client = both_.client;
  stream& server = both_.server;
  error_code ec_;
};

// Room for a little is no news yet: a writer is woken when there is room for much.
TEST_F(TransferTest, AWriteDoesNotOvertakeOneThatWaits) {
  while (fill(client) > 0) settle();
  std::string order;
  const std::string large(1 << 20, 'a');
  client.async_write_some(asio::buffer(large), [&](error_code, std::size_t) { order += 'a'; });
  settle();
  ASSERT_EQ(order, "");
  for (int i = 0; i < 200 && order.empty(); ++i) {
    std::string some(1000, '\0');
    (void)server.read_some(asio::buffer(some), ec_);
    settle();
    client.async_write_some(asio::buffer("b", 1), [&](error_code, std::size_t) { order += 'b'; });
    settle();
  }
  while (order.empty()) ASSERT_FALSE(read(server).empty());
  EXPECT_EQ(order.front(), 'a');
  client.close();
  settle();
}

TEST_F(TransferTest, AWindowThatAReadHasOpenedIsOfferedAtOnce) {
  while (fill(client) > 0) settle();
  for (const bool skips : {false, true}) {
    const std::size_t before = packets_;
    std::string all(server.available(), '\0');
    ASSERT_FALSE(all.empty());
    if (skips) {
      EXPECT_EQ(server.skip(all.size(), ec_), all.size());
    } else {
      EXPECT_EQ(server.read_some(asio::buffer(all), ec_), all.size());
    }
    settle();
    EXPECT_GT(packets_, before);
  }
}

TEST_F(TransferTest, ARecordMayHaveSeveralBuffers) {
  std::vector<std::size_t> sizes;
  carries_ = [&](const passage& passage) {
    if (passage.from_first && passage.packet.size() > 40) sizes.push_back(passage.packet.size());
    return true;
  };
  const std::array<asio::const_buffer, 2> buffers{asio::buffer("ab", 2), asio::buffer("cd", 2)};
  outcome sent;
  client.async_send(buffers, stream::message_end_of_record, sent.handler());
  settle();
  EXPECT_EQ(sent.bytes, 4U);
  EXPECT_EQ(sizes.size(), 1U) << "one segment";
  carries_ = nullptr;
}

// What the first buffer fills is taken; the second has to wait, which is no error.
TEST_F(TransferTest, ABufferBehindAFullQueueIsLeft) {
  const std::size_t room = client.write_some(asio::buffer(std::string(16 << 20, 'x')), ec_);
  pair other = connect();
  const std::string exact(room, 'x');
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(exact), asio::buffer("y", 1)};
  EXPECT_EQ(other.client.write_some(buffers, ec_), room);
  EXPECT_EQ(ec_, error_code());
}

// MUST-62: the pointer is behind the last urgent byte. As long as that waits, there is none.
TEST_F(TransferTest, UrgentTextThatIsTakenInPartIsNotUrgentYet) {
  const std::size_t room = client.write_some(asio::buffer(std::string(16 << 20, 'x')), ec_);
  pair other = connect();
  const std::string exact(room, 'x');
  const std::array<asio::const_buffer, 2> buffers{asio::buffer(exact), asio::buffer("!", 1)};
  outcome sent;
  other.client.async_send(buffers, stream::message_out_of_band, sent.handler());
  EXPECT_LE(tcb(*client_, other.client).snd.up, tcb(*client_, other.client).snd.una);
}

TEST_F(TransferTest, SkippingStopsAtTheMark) {  // MUST-33
  outcome sent;
  client.async_send(asio::buffer("ab!", 3), stream::message_out_of_band, sent.handler());
  write(client, "cd");
  settle();
  EXPECT_EQ(server.skip(10, ec_), 2U);
  EXPECT_TRUE(server.at_mark());
  EXPECT_EQ(server.skip(10, ec_), 3U);
}

}  // namespace
}  // namespace tcpstack::runtime
