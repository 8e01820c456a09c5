// The server of lab D: it prints the client's text, and after the client's FIN keeps its own side open for a while.
// So its ACK and its FIN do not share a segment, and the client, which has closed, can be seen to listen.
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

namespace asio = boost::asio;

// The lines share the time evenly. Closing the socket, which comes next, sends the FIN.
asio::awaitable<void> lab_close(runtime::socket& socket, Duration keep_open, unsigned lines) {
  co_await until_end(print(socket));
  asio::steady_timer timer(socket.get_executor());
  for (unsigned line = 1; line <= lines + 1; ++line) {
    timer.expires_after(keep_open / (lines + 1));
    co_await timer.async_wait(asio::use_awaitable);
    if (line > lines) co_return;
    const std::string text = fmt::format("line {} of {} after your FIN\r\n", line, lines);
    co_await asio::async_write(socket, asio::buffer(text), asio::use_awaitable);
  }
}

}  // namespace tcpstack::app
