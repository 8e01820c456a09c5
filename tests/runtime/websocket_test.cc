// Beast's WebSocket, unchanged, over our sockets; its goodbye uses stack/runtime/beast.h.
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "stack/runtime/beast.h"
#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

namespace websocket = boost::beast::websocket;
using web_stream = websocket::stream<stream>;
constexpr auto use_awaitable = asio::use_awaitable;
const Endpoint kWeb{kServerAddress, 80};

asio::awaitable<void> serve(acceptor& listener, error_code& end) {
  web_stream web(co_await listener.async_accept(use_awaitable));
  co_await web.async_accept(use_awaitable);
  boost::beast::flat_buffer buffer;
  while (!end) {
    co_await web.async_read(buffer, asio::redirect_error(use_awaitable, end));
    if (end) break;
    web.text(web.got_text());
    co_await web.async_write(buffer.data(), use_awaitable);
    buffer.clear();
  }
}

asio::awaitable<web_stream> open(runtime& host) {
  web_stream web{stream(host)};
  co_await web.next_layer().async_connect(kWeb, use_awaitable);
  co_await web.async_handshake("10.0.0.2", "/", use_awaitable);
  co_return web;
}

asio::awaitable<std::string> echo(web_stream& web, std::string text) {
  co_await web.async_write(asio::buffer(text), use_awaitable);
  boost::beast::flat_buffer buffer;
  co_await web.async_read(buffer, use_awaitable);
  co_return boost::beast::buffers_to_string(buffer.data());
}

class WebSocketTest : public World {
 protected:
  acceptor listener_{*server_, kWeb};
  error_code server_end_;
};

TEST_F(WebSocketTest, EchoAndGoodbye) {
  const std::string large(300000, 'x');
  std::string small_back;
  std::string large_back;
  bool closed = false;
  asio::co_spawn(io_, serve(listener_, server_end_), asio::detached);
  asio::co_spawn(
      io_,
      [&]() -> asio::awaitable<void> {
        web_stream web = co_await open(*client_);
        small_back = co_await echo(web, "hello");
        large_back = co_await echo(web, large);
        co_await web.async_close(websocket::close_code::normal, use_awaitable);
        closed = true;
      },
      asio::detached);
  run();
  EXPECT_EQ(small_back, "hello");
  EXPECT_TRUE(large_back == large);
  EXPECT_TRUE(closed);
  EXPECT_EQ(server_end_, websocket::error::closed);
  EXPECT_EQ(server_->stack().counters().resets_sent, 0U);
  EXPECT_EQ(server_->stack().connection_count(), 0U);
}

TEST_F(WebSocketTest, ThePeersResetEndsAReadThatWaits) {
  asio::co_spawn(io_, serve(listener_, server_end_), asio::detached);
  asio::co_spawn(
      io_,
      [&]() -> asio::awaitable<void> {
        web_stream web = co_await open(*client_);
        web.next_layer().abort();
      },
      asio::detached);
  run();
  EXPECT_EQ(server_end_, asio::error::connection_reset);
}

TEST_F(WebSocketTest, CloseSocketFindsOurs) {
  web_stream web(std::move(connect().client));
  EXPECT_TRUE(boost::beast::get_lowest_layer(web).is_open());
  boost::beast::close_socket(boost::beast::get_lowest_layer(web));
  EXPECT_FALSE(boost::beast::get_lowest_layer(web).is_open());
}

}  // namespace
}  // namespace tcpstack::runtime
