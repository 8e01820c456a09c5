// RFC 864, Character Generator Protocol: lines of 72 of the 95 printing characters. Each line begins one character
// further on than the line before.
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

namespace asio = boost::asio;

namespace {

constexpr unsigned kPrinting = '~' - ' ' + 1;
constexpr unsigned kLineLength = 72;
constexpr unsigned kRounds = 8;  // patterns in one write, 56 kB

// After 95 lines the pattern repeats.
std::string pattern() {
  std::string text;
  for (unsigned line = 0; line < kRounds * kPrinting; ++line) {
    for (unsigned column = 0; column < kLineLength; ++column) {
      text += static_cast<char>(' ' + (line + column) % kPrinting);
    }
    text += "\r\n";
  }
  return text;
}

asio::awaitable<void> generate(runtime::socket& socket, const std::string& text) {
  for (;;) co_await asio::async_write(socket, asio::buffer(text), asio::use_awaitable);
}

// All bytes are equal, so a partial write needs no bookkeeping.
asio::awaitable<void> generate_constant(runtime::socket& socket) {
  static const std::string text(256 * 1024, 'x');
  for (;;)
    co_await socket.async_send(asio::buffer(text), runtime::socket::message_constant,
                               asio::use_awaitable);
}

}  // namespace

const std::string& character_pattern() {
  static const std::string text = pattern();
  return text;
}

asio::awaitable<void> chargen(runtime::socket& socket) {
  using boost::asio::experimental::awaitable_operators::operator&&;
  // A client that has closed its side may still listen, as with echo.
  co_await (generate(socket, character_pattern()) && until_end(discard(socket)));
}

asio::awaitable<void> source(runtime::socket& socket) {
  using boost::asio::experimental::awaitable_operators::operator&&;
  co_await (generate_constant(socket) && until_end(discard(socket)));
}

}  // namespace tcpstack::app
