#include "apps/tcpcat/conversation.h"

#include <chrono>
#include <exception>
#include <tuple>
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

#include "apps/tcpcat/opening.h"
#include "apps/tcpcat/say.h"
#include "apps/tcpcat/stdio.h"
#include "stack/runtime/error.h"
#include "stack/runtime/socket.h"

namespace tcpstack::cat {

namespace asio = boost::asio;
using asio::use_awaitable;

namespace {

// Sends standard input until its end, then our FIN; a peer that has closed its side still hears us (RFC 9293 section
// 3.6: "a user who has closed may still receive"). Returns why it ended early.
asio::awaitable<runtime::error_code> send_input(runtime::socket& socket, Input& input) {
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
asio::awaitable<void> exchange(runtime::socket& socket, const Options& options, Input& input) {
  using asio::experimental::awaitable_operators::operator&&;
  runtime::error_code ec;
  try {
    ec = co_await (print_output(socket, options) && send_input(socket, input));
  } catch (const asio::multiple_exceptions& errors) {  // the second one is only its cancellation
    std::rethrow_exception(errors.first_exception());
  }
  if (ec) throw boost::system::system_error(ec);
}

constexpr auto kLook = std::chrono::milliseconds(10);

// Until the peer has acknowledged our text and FIN: a slow path may need long for what the stack has taken. Throws if
// the connection ends before.
asio::awaitable<void> see_it_through(runtime::socket& socket) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    const ConnectionStatus status = socket.status();
    if (status.error != tcp::Error::none)
      throw boost::system::system_error(runtime::to_asio(status.error));
    if (status.state == tcp::State::TIME_WAIT || status.state == tcp::State::CLOSED) co_return;
    timer.expires_after(kLook);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace

asio::awaitable<void> converse(runtime::runtime& runtime, const Options& options) {
  Input input(co_await asio::this_coro::executor);
  runtime::socket socket = co_await connection(runtime, options, input);
  if (options.only_check) co_return;
  co_await exchange(socket, options, input);
  co_await see_it_through(socket);
}

}  // namespace tcpstack::cat
