#include "apps/tcpcat/stdio.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>
#include <fcntl.h>
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

std::size_t Input::take_back(std::vector<std::uint8_t>& into) {
  std::ranges::copy(put_back_, into.begin());
  return std::exchange(put_back_, {}).size();
}

asio::awaitable<std::size_t> Input::read(std::vector<std::uint8_t>& into) {
  if (!put_back_.empty()) co_return take_back(into);
  if (ended_) co_return 0;  // a terminal would go on after its Ctrl-D
  std::size_t size = 0;
  if (descriptor_.is_open()) {
    const auto [ec, got] = co_await descriptor_.async_read_some(
        asio::buffer(into), asio::as_tuple(asio::use_awaitable));
    size = ec ? 0 : got;
  } else {
    const ssize_t got = ::read(STDIN_FILENO, into.data(), into.size());
    size = got > 0 ? static_cast<std::size_t>(got) : 0;
  }
  ended_ = size == 0;
  co_return size;
}

// A description of our own where the kernel gives one, so that waiting on it (O_NONBLOCK) does not change the one that
// others share with us: a terminal is the shell's, too.
Output::Output(const asio::any_io_executor& executor, bool hex) : descriptor_(executor), hex_(hex) {
  int descriptor = ::open("/proc/self/fd/1", O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor < 0) descriptor = ::dup(STDOUT_FILENO);
  boost::system::error_code ec;
  descriptor_.assign(descriptor, ec);
  if (ec) ::close(descriptor);
}

asio::awaitable<void> Output::write(Bytes bytes) {
  const std::string dump = hex_ ? hex_dump(bytes, offset_) : std::string();
  const auto text = hex_ ? asio::buffer(dump) : asio::buffer(bytes.data(), bytes.size());
  offset_ += bytes.size();
  if (descriptor_.is_open()) {
    co_await asio::async_write(descriptor_, text, asio::use_awaitable);
    co_return;
  }
  // A regular file: epoll does not take it, and it does not make us wait for anybody.
  const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!whole || std::fflush(stdout) != 0) {
    throw boost::system::system_error(errno, boost::system::system_category());
  }
}

}  // namespace tcpstack::cat
