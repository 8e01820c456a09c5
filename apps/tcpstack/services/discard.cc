// RFC 863, Discard Protocol.
#include <array>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

namespace asio = boost::asio;

asio::awaitable<void> discard(runtime::socket& socket) {
  // One for all clients: nobody reads what is in it.
  static std::array<std::uint8_t, 65536> text;
  for (;;) {
    const auto [ec, size] =
        co_await socket.async_read_some(asio::buffer(text), asio::as_tuple(asio::use_awaitable));
    if (ec == asio::error::eof) co_return;
    if (ec) throw boost::system::system_error(ec);
  }
}

}  // namespace tcpstack::app
