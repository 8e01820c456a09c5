// The functions that Boost.Beast looks up in the socket's namespace to end a connection. A program that runs Beast
// over our sockets includes this file.
//
//   beast::tcp_stream of the kernel becomes runtime::socket:
//   beast::flat_buffer buffer;
//   http::request<http::string_body> request;
//   co_await http::async_read(socket, buffer, request, asio::use_awaitable);
//   beast::websocket::stream<runtime::socket> stream(std::move(socket));
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/core/role.hpp>

#include "stack/runtime/socket.h"

namespace tcpstack::runtime {

// Closes at once; for Beast's timeouts.
template <typename Executor>
void beast_close_socket(basic_socket<Executor>& stream) {
  stream.close();
}

// Ends a connection as far as possible without waiting: our sockets do not block.
template <typename Executor>
void teardown(boost::beast::role_type /*role*/, basic_socket<Executor>& stream, error_code& ec) {
  stream.shutdown(boost::asio::socket_base::shutdown_send, ec);
  stream.close();
}

// Ends a connection in the order of RFC 6455 section 7.1.1: the server sends the first FIN, and so gets TIME_WAIT;
// then both read up to the peer's FIN.
template <typename Executor>
class teardown_operation {
 public:
  teardown_operation(boost::beast::role_type role, basic_socket<Executor>& stream)
      : stream_(stream), is_server_(role == boost::beast::role_type::server) {}

  template <typename Self>
  void operator()(Self& self, error_code ec = {}, std::size_t /*bytes*/ = 0) {
    if (!std::exchange(started_, true) && is_server_) shut_down_send();
    if (!ec) {
      stream_.async_read_some(boost::asio::buffer(*scratch_), std::move(self));
      return;
    }
    if (ec == boost::asio::error::eof) {
      ec = {};
      if (!is_server_) shut_down_send();
      stream_.close();
    }
    self.complete(ec);
  }

 private:
  // The read that follows reports an error, too.
  void shut_down_send() {
    error_code ignored;
    stream_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
  }

  basic_socket<Executor>& stream_;
  bool is_server_;
  bool started_ = false;
  // Text that still arrives is dropped.
  std::unique_ptr<std::array<std::uint8_t, 2048>> scratch_ =
      std::make_unique<std::array<std::uint8_t, 2048>>();
};

template <typename Executor, typename TeardownHandler>
void async_teardown(boost::beast::role_type role, basic_socket<Executor>& stream,
                    TeardownHandler&& handler) {
  boost::asio::async_compose<TeardownHandler, void(error_code)>(
      teardown_operation<Executor>(role, stream), handler, stream);
}

}  // namespace tcpstack::runtime
