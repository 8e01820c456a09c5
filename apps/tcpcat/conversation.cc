#include "apps/tcpcat/conversation.h"

#include <exception>
#include <tuple>
#include <variant>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include "apps/tcpcat/say.h"
#include "apps/tcpcat/stdio.h"
#include "stack/runtime/acceptor.h"
#include "stack/runtime/socket.h"

namespace tcpstack::cat {

namespace asio = boost::asio;
using asio::use_awaitable;

namespace {

// Neither operand of || may throw: the operator would then wait for the other one.
asio::awaitable<runtime::error_code> connect(runtime::socket& socket, const Options& options) {
  const auto [ec] = co_await socket.async_connect(options.remote, asio::as_tuple(use_awaitable));
  if (!ec) say(options, fmt::format("{} is open", options.remote.to_string()));
  co_return ec;
}

asio::awaitable<runtime::socket> accept(runtime::runtime& runtime, const Options& options) {
  runtime::acceptor acceptor(runtime, Endpoint{Address{}, options.port});
  say(options, fmt::format("listening on port {}", options.port));
  runtime::socket socket = co_await acceptor.async_accept(use_awaitable);
  say(options, fmt::format("connection from {}", socket.status().remote.to_string()));
  co_return socket;
}

asio::awaitable<void> pass_time(Duration patience) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_after(patience);
  co_await timer.async_wait(asio::as_tuple(use_awaitable));
}

asio::awaitable<runtime::socket> connection(runtime::runtime& runtime, const Options& options) {
  if (options.listen) co_return co_await accept(runtime, options);
  using asio::experimental::awaitable_operators::operator||;
  runtime::socket socket(runtime);
  if (options.port != 0) socket.bind(Endpoint{Address{}, options.port});
  const auto first = co_await (connect(socket, options) || pass_time(options.patience));
  if (first.index() == 1) throw boost::system::system_error(asio::error::timed_out);
  if (std::get<0>(first)) throw boost::system::system_error(std::get<0>(first));
  co_return socket;
}

// Sends standard input until its end, then our FIN; a peer that has closed its side still hears us (RFC 9293 section
// 3.6: "a user who has closed may still receive"). Returns why it ended early.
asio::awaitable<runtime::error_code> send_input(runtime::socket& socket) {
  Input input(co_await asio::this_coro::executor);
  std::vector<std::uint8_t> text(65536);
  runtime::error_code ec;
  while (const std::size_t size = co_await input.read(text)) {
    const auto piece = asio::buffer(text.data(), size);
    std::tie(ec, std::ignore) =
        co_await asio::async_write(socket, piece, asio::as_tuple(use_awaitable));
    if (ec) co_return ec;
  }
  socket.shutdown(runtime::socket::shutdown_send, ec);
  co_return runtime::error_code();
}

// Prints until the peer's FIN. Throws when the connection ends otherwise, or when nobody takes what is printed.
asio::awaitable<void> print_output(runtime::socket& socket, const Options& options) {
  std::vector<std::uint8_t> text(65536);
  Output output(co_await asio::this_coro::executor, options.hex);
  for (;;) {
    const auto [ec, size] =
        co_await socket.async_read_some(asio::buffer(text), asio::as_tuple(use_awaitable));
    if (ec == asio::error::eof) co_return say(options, "the peer has closed");
    if (ec) throw boost::system::system_error(ec);
    co_await output.write(Bytes(text).first(size));
  }
}

// Both directions, each to its own end. An error of one ends the other.
asio::awaitable<void> exchange(runtime::socket& socket, const Options& options) {
  using asio::experimental::awaitable_operators::operator&&;
  runtime::error_code ec;
  try {
    ec = co_await (print_output(socket, options) && send_input(socket));
  } catch (const asio::multiple_exceptions& errors) {  // the second one is only its cancellation
    std::rethrow_exception(errors.first_exception());
  }
  if (ec) throw boost::system::system_error(ec);
}

}  // namespace

asio::awaitable<void> converse(runtime::runtime& runtime, const Options& options) {
  runtime::socket socket = co_await connection(runtime, options);
  if (!options.only_check) co_await exchange(socket, options);
}

}  // namespace tcpstack::cat
