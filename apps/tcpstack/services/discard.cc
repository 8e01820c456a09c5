// RFC 863, Discard Protocol.
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

namespace asio = boost::asio;

asio::awaitable<void> discard(runtime::socket& socket) {
  std::vector<std::uint8_t> text(65536);
  for (;;) co_await socket.async_read_some(asio::buffer(text), asio::use_awaitable);
}

}  // namespace tcpstack::app
