#include "apps/tcpcat/datagrams.h"

#include <tuple>
#include <variant>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include "apps/tcpcat/say.h"
#include "apps/tcpcat/stdio.h"
#include "stack/runtime/datagram_socket.h"

namespace tcpstack::cat {

namespace asio = boost::asio;
using asio::use_awaitable;

namespace {

constexpr std::size_t kPiece =
    1472;  // bytes of input in a datagram: it fits into an Ethernet frame
constexpr std::size_t kLargest = 65507;  // bytes of a received datagram

// The time of the last datagram in either direction.
struct Silence {
  asio::steady_timer::time_point since = asio::steady_timer::clock_type::now();
  void broken() { since = asio::steady_timer::clock_type::now(); }
};

asio::awaitable<runtime::error_code> receive(runtime::datagram_socket& socket, Silence& silence,
                                             Output& output) {
  std::vector<std::uint8_t> bytes(kLargest);
  for (;;) {
    const auto [ec, size] =
        co_await socket.async_receive(asio::buffer(bytes), asio::as_tuple(use_awaitable));
    if (ec) co_return ec;
    silence.broken();
    co_await output.write(Bytes(bytes).first(size));
  }
}

asio::awaitable<runtime::error_code> send_input(runtime::datagram_socket& socket,
                                                Silence& silence) {
  Input input(co_await asio::this_coro::executor);
  std::vector<std::uint8_t> piece(kPiece);
  while (const std::size_t size = co_await input.read(piece)) {
    const auto [ec, sent] =
        co_await socket.async_send(asio::buffer(piece.data(), size), asio::as_tuple(use_awaitable));
    if (ec) co_return ec;
    silence.broken();
  }
  silence.broken();
  co_return runtime::error_code();
}

// Sends standard input, and then waits until no datagram has come for options.silence.
asio::awaitable<runtime::error_code> send_and_wait(runtime::datagram_socket& socket,
                                                   Silence& silence, Duration limit) {
  if (const auto ec = co_await send_input(socket, silence)) co_return ec;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (silence.since + limit > asio::steady_timer::clock_type::now()) {
    timer.expires_at(silence.since + limit);
    const auto [ec] = co_await timer.async_wait(asio::as_tuple(use_awaitable));
    if (ec) co_return ec;
  }
  co_return runtime::error_code();
}

asio::awaitable<void> find_peer(runtime::datagram_socket& socket, const Options& options,
                                Output& output) {
  if (!options.listen) co_return socket.connect(options.remote);
  say(options, fmt::format("listening on port {}", options.port));
  std::vector<std::uint8_t> bytes(kLargest);
  Endpoint sender;
  const std::size_t size =
      co_await socket.async_receive_from(asio::buffer(bytes), sender, use_awaitable);
  say(options, fmt::format("datagram from {}", sender.to_string()));
  socket.connect(sender);
  co_await output.write(Bytes(bytes).first(size));
}

// Waits until the peer's port turns out to be closed. UDP promises no other answer.
asio::awaitable<void> check(runtime::datagram_socket& socket, const Options& options) {
  using asio::experimental::awaitable_operators::operator||;
  Silence silence;
  Output output(co_await asio::this_coro::executor, options.hex);
  co_await socket.async_send(asio::buffer("", 0), use_awaitable);
  asio::steady_timer timer(co_await asio::this_coro::executor, options.silence);
  const auto first = co_await (receive(socket, silence, output) ||
                               timer.async_wait(asio::as_tuple(use_awaitable)));
  if (first.index() == 0) throw boost::system::system_error(std::get<0>(first));
  say(options, fmt::format("{} is open, or silent", options.remote.to_string()));
}

}  // namespace

asio::awaitable<void> exchange_datagrams(runtime::runtime& runtime, const Options& options) {
  using asio::experimental::awaitable_operators::operator||;
  Output output(co_await asio::this_coro::executor, options.hex);
  runtime::datagram_socket socket(runtime, Endpoint{Address{}, options.port});
  co_await find_peer(socket, options, output);
  if (options.only_check) co_return co_await check(socket, options);
  Silence silence;
  const auto first = co_await (receive(socket, silence, output) ||
                               send_and_wait(socket, silence, options.silence));
  const auto ec = first.index() == 0 ? std::get<0>(first) : std::get<1>(first);
  if (ec) throw boost::system::system_error(ec);
}

}  // namespace tcpstack::cat
