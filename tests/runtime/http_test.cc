// Beast's HTTP/1.1, unchanged, over our sockets.
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "tests/runtime/world.h"

namespace tcpstack::runtime {
namespace {

namespace http = boost::beast::http;
using request = http::request<http::string_body>;
using response = http::response<http::string_body>;
constexpr auto use_awaitable = asio::use_awaitable;

// Answers each request with its target and body, until one asks to close.
asio::awaitable<void> serve(acceptor& listener) {
  stream socket = co_await listener.async_accept(use_awaitable);
  boost::beast::flat_buffer buffer;
  for (bool go_on = true; go_on;) {
    request question;
    co_await http::async_read(socket, buffer, question, use_awaitable);
    response answer(http::status::ok, question.version());
    answer.set(http::field::content_type, "text/plain");
    answer.body() = std::string(question.target()) + ": " + question.body();
    answer.keep_alive(go_on = question.keep_alive());
    answer.prepare_payload();
    co_await http::async_write(socket, answer, use_awaitable);
  }
}

asio::awaitable<std::string> post(stream& socket, std::string body, bool keep_alive) {
  request question(http::verb::post, "/echo", 11);
  question.set(http::field::host, "10.0.0.2");
  question.body() = std::move(body);
  question.keep_alive(keep_alive);
  question.prepare_payload();
  co_await http::async_write(socket, question, use_awaitable);
  boost::beast::flat_buffer buffer;
  response answer;
  co_await http::async_read(socket, buffer, answer, use_awaitable);
  EXPECT_EQ(answer.result(), http::status::ok);
  EXPECT_EQ(answer[http::field::content_type], "text/plain");
  co_return answer.body();
}

class HttpTest : public World {};

TEST_F(HttpTest, RequestsAndResponsesOnOneConnection) {
  acceptor listener(*server_, {kServerAddress, 80});
  const std::string large(300000, 'x');
  std::string first;
  std::string second;
  asio::co_spawn(io_, serve(listener), asio::detached);
  asio::co_spawn(
      io_,
      [&]() -> asio::awaitable<void> {
        stream socket(*client_);
        co_await socket.async_connect({kServerAddress, 80}, use_awaitable);
        first = co_await post(socket, "hello", true);
        second = co_await post(socket, large, false);
      },
      asio::detached);
  run();
  EXPECT_EQ(first, "/echo: hello");
  EXPECT_TRUE(second == "/echo: " + large);
  EXPECT_EQ(server_->stack().connection_count(), 0U);
}

}  // namespace
}  // namespace tcpstack::runtime
