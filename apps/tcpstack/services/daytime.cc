// RFC 867, Daytime Protocol, in the first of the two syntaxes that it proposes: "Tuesday, February 22, 1982
// 17:37:43-PST".
#include <array>
#include <chrono>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/chrono.h>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

namespace asio = boost::asio;

std::string daytime_line() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%A, %B %d, %Y %H:%M:%S}-UTC\r\n", fmt::gmtime(now));
}

// "Any data received is thrown away": unread text would turn our FIN into a RST, and that could cost the client its
// answer.
asio::awaitable<void> daytime(runtime::socket& socket) {
  const std::string line = daytime_line();
  co_await asio::async_write(socket, asio::buffer(line), asio::use_awaitable);

  std::array<std::uint8_t, 4096> unread{};
  runtime::error_code ec;
  while (!ec) socket.read_some(asio::buffer(unread), ec);
}

}  // namespace tcpstack::app
