// RFC 862, Echo Protocol.
#include <array>
#include <span>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

namespace asio = boost::asio;

namespace {

void throw_unless_it_would_block(runtime::error_code ec) {
  if (ec && ec != asio::error::would_block) throw boost::system::system_error(ec);
}

}  // namespace

// The client may close its side while we still send: eof comes only after everything before it has
// been written, and closing our socket then sends that, and a FIN.
asio::awaitable<void> echo(runtime::socket& socket) {
  // One for all clients: it is filled and emptied in one go, and a client that says nothing needs no memory.
  static std::array<std::uint8_t, 65536> text;
  runtime::error_code ec;
  for (;;) {
    co_await socket.async_wait(asio::socket_base::wait_read, asio::use_awaitable);
    const std::size_t size = socket.read_some(asio::buffer(text), ec);
    if (ec == asio::error::eof) co_return;
    throw_unless_it_would_block(ec);
    const std::size_t written = socket.write_some(asio::buffer(text, size), ec);
    throw_unless_it_would_block(ec);
    const std::span left = std::span(text).subspan(written, size - written);
    if (left.empty()) continue;
    const std::vector<std::uint8_t> waiting(left.begin(), left.end());
    co_await asio::async_write(socket, asio::buffer(waiting), asio::use_awaitable);
  }
}

}  // namespace tcpstack::app
