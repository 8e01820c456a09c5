// HTTP on a socket.
#include "apps/tcpstack/services/http.h"

#include "apps/tcpstack/services/http_session.h"

namespace tcpstack::app {

boost::asio::awaitable<void> http(std::shared_ptr<const HttpOptions> options,
                                  runtime::socket& socket) {
  HttpSession session(socket, socket, *options);
  co_await session.run();
}

}  // namespace tcpstack::app
