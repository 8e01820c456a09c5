// RFC 863, Discard Protocol.
#include <limits>

#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

namespace asio = boost::asio;

asio::awaitable<void> discard(runtime::socket& socket) {
  constexpr auto kAll = std::numeric_limits<std::size_t>::max();
  for (;;) {
    co_await socket.async_wait(runtime::socket::wait_read, asio::use_awaitable);
    runtime::error_code ec;
    socket.skip(kAll, ec);
    if (ec == asio::error::eof) co_return;
    if (ec && ec != asio::error::would_block) throw boost::system::system_error(ec);
  }
}

}  // namespace tcpstack::app
