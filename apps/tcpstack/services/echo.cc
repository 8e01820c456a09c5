// RFC 862, Echo Protocol.
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

namespace asio = boost::asio;

// The client may close its side while we still send: eof comes only after everything before it has
// been written, and closing our socket then sends that, and a FIN.
asio::awaitable<void> echo(runtime::socket& socket) {
  std::vector<std::uint8_t> text(65536);
  for (;;) {
    const std::size_t size =
        co_await socket.async_read_some(asio::buffer(text), asio::use_awaitable);
    co_await asio::async_write(socket, asio::buffer(text.data(), size), asio::use_awaitable);
  }
}

}  // namespace tcpstack::app
