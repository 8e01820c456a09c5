// RFC 862, Echo Protocol.
//
// The one service that is not a coroutine, because people measure a stack with it. Each of a hundred thousand
// silent clients costs its socket and one small handler; a question costs its read and its write.
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/write.hpp>
#include <spdlog/spdlog.h>

#include "apps/tcpstack/services/protocols.h"

namespace tcpstack::app {

namespace asio = boost::asio;

namespace {

// The pending handler holds it; the connection closes with the last handler.
using Client = std::shared_ptr<runtime::socket>;
using Text = std::vector<std::uint8_t>;

void wait_for_text(Client client);

// Returns true if the conversation is over.
bool ends(const Client& client, runtime::error_code ec) {
  if (!ec || ec == asio::error::would_block) return false;
  if (ec == asio::error::eof) return true;
  const Endpoint remote = client->status().remote;
  spdlog::debug("echo with {} ended: {}", remote.to_string(), ec.what());
  return true;
}

void write_rest(Client client, Text rest) {
  runtime::socket& socket = *client;
  const asio::const_buffer bytes = asio::buffer(rest);  // the bytes stay in place
  asio::async_write(socket, bytes,
                    [client = std::move(client), rest = std::move(rest)](
                        runtime::error_code ec, std::size_t /*size*/) mutable {
                      if (!ends(client, ec)) wait_for_text(std::move(client));
                    });
}

void answer(Client client) {
  // One buffer for all clients: it is filled and emptied in one call, so a silent client needs no memory.
  static std::array<std::uint8_t, 65536> text;
  runtime::error_code ec;
  const std::size_t size = client->read_some(asio::buffer(text), ec);
  if (ends(client, ec)) return;
  const std::size_t written = client->write_some(asio::buffer(text, size), ec);
  if (ends(client, ec)) return;
  if (written == size) {
    wait_for_text(std::move(client));
  } else {
    write_rest(std::move(client), Text(text.begin() + written, text.begin() + size));
  }
}

void wait_for_text(Client client) {
  runtime::socket& socket = *client;
  auto handler = [client = std::move(client)](runtime::error_code ec) mutable {
    if (!ends(client, ec)) answer(std::move(client));
  };
  // Asio's own allocator would use the memory of a larger, ended handler, for as long as the client is silent.
  socket.async_wait(asio::socket_base::wait_read,
                    asio::bind_allocator(std::allocator<void>(), std::move(handler)));
}

}  // namespace

// The client may close its side while we still send: eof comes only after all text before it has been written.
// Closing our socket then sends that text, and a FIN.
void echo(runtime::socket socket) {
  wait_for_text(std::make_shared<runtime::socket>(std::move(socket)));
}

}  // namespace tcpstack::app
