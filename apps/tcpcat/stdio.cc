#include "apps/tcpcat/stdio.h"

#include <cstdio>
#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <unistd.h>

#include "apps/tcpcat/hex_dump.h"

namespace tcpstack::cat {

namespace asio = boost::asio;

Input::Input(const asio::any_io_executor& executor) : descriptor_(executor) {
  boost::system::error_code ec;
  const int copy = ::dup(STDIN_FILENO);
  descriptor_.assign(copy, ec);
  if (ec) ::close(copy);
}

asio::awaitable<std::size_t> Input::read(std::vector<std::uint8_t>& into) {
  if (descriptor_.is_open()) {
    const auto [ec, size] = co_await descriptor_.async_read_some(
        asio::buffer(into), asio::as_tuple(asio::use_awaitable));
    co_return ec ? 0 : size;
  }
  const ssize_t size = ::read(STDIN_FILENO, into.data(), into.size());
  co_return size > 0 ? static_cast<std::size_t>(size) : 0;
}

void Output::write(Bytes bytes) {
  if (hex_) {
    const std::string dump = hex_dump(bytes, offset_);
    std::fwrite(dump.data(), 1, dump.size(), stdout);
  } else {
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  }
  std::fflush(stdout);
  offset_ += bytes.size();
}

}  // namespace tcpstack::cat
