// RFC 862, Echo Protocol.
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

namespace asio = boost::asio;

namespace {

// Of the buffer: most clients send little and then wait.
constexpr std::size_t kSmall = 256;
constexpr std::size_t kLarge = 65536;

}  // namespace

// The client may close its side while we still send: eof comes only after everything before it has
// been written, and closing our socket then sends that, and a FIN.
asio::awaitable<void> echo(runtime::socket& socket) {
  std::vector<std::uint8_t> text(kSmall);
  for (;;) {
    const auto [ec, size] =
        co_await socket.async_read_some(asio::buffer(text), asio::as_tuple(asio::use_awaitable));
    if (ec == asio::error::eof) co_return;
    if (ec) throw boost::system::system_error(ec);
    co_await asio::async_write(socket, asio::buffer(text.data(), size), asio::use_awaitable);
    if (size == text.size()) text.resize(kLarge);
  }
}

}  // namespace tcpstack::app
