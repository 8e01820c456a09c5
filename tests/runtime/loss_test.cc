// Every packet is lost once: the n-th one on the link, for n = 1, 2, ... until n is never reached. The
// conversation must come to the same end each time.
#include <array>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

constexpr auto use_awaitable = asio::use_awaitable;
constexpr std::size_t kSize = 20000;

// Reads all there is, up to eof.
asio::awaitable<std::string> read_all(stream& from) {
  std::string all;
  error_code ec;
  co_await asio::async_read(from, asio::dynamic_buffer(all),
                            asio::redirect_error(use_awaitable, ec));
  if (ec != asio::error::eof) throw boost::system::system_error(ec);
  co_return all;
}

asio::awaitable<std::string> serve(acceptor& listener) {
  stream socket = co_await listener.async_accept(use_awaitable);
  const std::string question = co_await read_all(socket);
  co_await asio::async_write(socket, asio::buffer(std::string(kSize, 'a')), use_awaitable);
  co_return question;
}

asio::awaitable<std::string> ask(runtime& host) {
  stream socket(host);
  co_await socket.async_connect(kServer, use_awaitable);
  co_await asio::async_write(socket, asio::buffer(std::string(kSize, 'q')), use_awaitable);
  socket.shutdown(stream::shutdown_send);
  co_return co_await read_all(socket);
}

class LossTest : public World {
 protected:
  // One conversation: how many packets it took.
  std::size_t converse() {
    const std::size_t before = packets_;
    std::string question;
    std::string answer;
    acceptor listener(*server_, kServer);
    const auto into = [](std::string& text) {
      return [&text](const std::exception_ptr& failure, const std::string& result) {
        EXPECT_EQ(failure, nullptr);
        text = result;
      };
    };
    asio::co_spawn(io_, serve(listener), into(question));
    asio::co_spawn(io_, ask(*client_), into(answer));
    run();
    EXPECT_EQ(question, std::string(kSize, 'q'));
    EXPECT_EQ(answer, std::string(kSize, 'a'));
    EXPECT_EQ(client_->stack().connection_count(), 0U);
    EXPECT_EQ(server_->stack().connection_count(), 0U);
    return packets_ - before;
  }
};

TEST_F(LossTest, EveryPacketMayBeLostOnce) {
  bool lost = true;
  for (std::size_t n = 1; lost && !HasFailure(); ++n) {
    lost = false;
    const std::size_t before = packets_;
    carries_ = [&, n, before](const passage&) {
      const bool is_it = packets_ - before == n;
      lost = lost || is_it;
      return !is_it;
    };
    const std::size_t packets = converse();
    EXPECT_GE(packets, n - 1) << "packet " << n << " lost";
  }
}

TEST_F(LossTest, EveryPacketMayBeCorruptedOnce) {
  bool corrupted = true;
  for (std::size_t n = 1; corrupted && !HasFailure(); ++n) {
    corrupted = false;
    const std::size_t before = packets_;
    carries_ = [&, n, before](const passage& passage) {
      if (packets_ - before == n) {
        corrupted = true;
        passage.packet.back() ^= 0x55;
      }
      return true;
    };
    converse();
  }
}

}  // namespace
}  // namespace tcpstack::runtime
