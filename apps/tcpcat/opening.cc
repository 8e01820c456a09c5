#include "apps/tcpcat/opening.h"

#include <cstdio>
#include <exception>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include "apps/common/state_folder.h"
#include "apps/tcpcat/cookie_file.h"
#include "apps/tcpcat/say.h"
#include "stack/runtime/acceptor.h"

namespace tcpstack::cat {

namespace asio = boost::asio;
using asio::use_awaitable;

namespace {

std::filesystem::path cookie_path(const Options& options) {
  return options.cookies.empty() ? app::state_folder() / "fast-open-cookies" : options.cookies;
}

// The text that the SYN may carry: the first of `input`, once the server's cookie is known. Without it the server is
// asked for one at once, whether there is input or not.
asio::awaitable<std::vector<std::uint8_t>> text_for_syn(Stack& stack, const Options& options,
                                                        Input& input) {
  std::vector<std::uint8_t> text;
  const CookieFile file(cookie_path(options));
  const auto known = file.find(options.stack.ip.address, options.remote.address);
  if (!known) co_return text;
  stack.remember_fast_open_cookie(*known);
  if (options.only_check) co_return text;
  text.resize(65536);
  text.resize(co_await input.read(text));
  co_return text;
}

// What the stack has learned, or no longer believes (RFC 7413 section 4.1.3.1). The connection does not depend on it.
void keep_cookie(const Stack& stack, const Options& options) {
  const Address server = options.remote.address;
  try {
    CookieFile(cookie_path(options))
        .keep(options.stack.ip.address, server, stack.fast_open_cookie(server));
  } catch (const std::exception& error) {
    fmt::print(stderr, "tcpcat: the server's cookie is lost: {}\n", error.what());
  }
}

void report_text_of_syn(const runtime::socket& socket, std::size_t taken, const Options& options) {
  runtime::error_code ec;
  if (taken == 0) return;
  const bool is_acknowledged = socket.tcp_info(ec).syn_text;
  say(options,
      fmt::format("{} bytes went with the SYN{}", taken,
                  is_acknowledged ? "" : ", and again after it: the server did not take them"));
}

// Neither operand of || may throw: the operator would then wait for the other one.
asio::awaitable<runtime::error_code> connect_with_text(runtime::socket& socket,
                                                       const Options& options, Bytes text,
                                                       Input& input) {
  const auto [ec, taken] = co_await socket.async_connect(
      options.remote, asio::buffer(text.data(), text.size()), asio::as_tuple(use_awaitable));
  input.put_back(text.subspan(taken));
  if (!ec) report_text_of_syn(socket, taken, options);
  co_return ec;
}

asio::awaitable<runtime::error_code> connect(runtime::socket& socket, const Options& options) {
  const auto [ec] = co_await socket.async_connect(options.remote, asio::as_tuple(use_awaitable));
  co_return ec;
}

asio::awaitable<void> pass_time(Duration patience) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_after(patience);
  co_await timer.async_wait(asio::as_tuple(use_awaitable));
}

asio::awaitable<void> open(runtime::runtime& runtime, runtime::socket& socket,
                           const Options& options, Input& input) {
  using asio::experimental::awaitable_operators::operator||;
  std::vector<std::uint8_t> text;
  const bool fast = options.stack.tcp.fast_open;
  if (fast) text = co_await text_for_syn(runtime.stack(), options, input);
  auto connecting =
      fast ? connect_with_text(socket, options, text, input) : connect(socket, options);
  const auto first = co_await (std::move(connecting) || pass_time(options.patience));
  if (fast) keep_cookie(runtime.stack(), options);
  if (first.index() == 1) throw boost::system::system_error(asio::error::timed_out);
  if (std::get<0>(first)) throw boost::system::system_error(std::get<0>(first));
  say(options, fmt::format("{} is open", options.remote.to_string()));
}

asio::awaitable<runtime::socket> accept(runtime::runtime& runtime, const Options& options) {
  runtime::acceptor acceptor(runtime, Endpoint{Address{}, options.port});
  say(options, fmt::format("listening on port {}", options.port));
  runtime::socket socket = co_await acceptor.async_accept(use_awaitable);
  say(options, fmt::format("connection from {}", socket.status().remote.to_string()));
  co_return socket;
}

}  // namespace

asio::awaitable<runtime::socket> connection(runtime::runtime& runtime, const Options& options,
                                            Input& input) {
  if (options.listen) co_return co_await accept(runtime, options);
  runtime::socket socket(runtime);
  if (options.port != 0) socket.bind(Endpoint{Address{}, options.port});
  co_await open(runtime, socket, options, input);
  co_return socket;
}

}  // namespace tcpstack::cat
