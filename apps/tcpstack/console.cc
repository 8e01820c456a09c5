#include "apps/tcpstack/console.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <unistd.h>

namespace tcpstack::app {
namespace {

constexpr auto kAskAgain = std::chrono::seconds(1);
constexpr std::size_t kLongestLine = 256;

// A terminal that does not control our session, as under setsid, has no such rule.
bool belongs_to_others() {
  const pid_t owner = tcgetpgrp(STDIN_FILENO);
  return owner >= 0 && owner != getpgrp();
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r"), text.size());
  const std::size_t end = text.find_last_not_of(" \t\r") + 1;
  return begin < end ? text.substr(begin, end - begin) : std::string_view{};
}

}  // namespace

Console::Console(const boost::asio::any_io_executor& executor, Listener listener)
    : input_(executor), timer_(executor), listener_(std::move(listener)) {
  boost::system::error_code ec;
  const int copy = ::dup(STDIN_FILENO);
  if (copy < 0) return;
  input_.assign(copy, ec);
  if (ec) {
    ::close(copy);  // epoll does not take a file
  } else {
    wait();
  }
}

void Console::wait() {
  using boost::asio::posix::stream_descriptor;
  input_.async_wait(stream_descriptor::wait_read, [this](const boost::system::error_code& ec) {
    if (ec) return;
    if (!belongs_to_others()) return read();
    timer_.expires_after(kAskAgain);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled) wait();
    });
  });
}

void Console::read() {
  std::array<char, kLongestLine> bytes{};
  boost::system::error_code ec;
  const std::size_t size = input_.read_some(boost::asio::buffer(bytes), ec);
  if (ec) return;  // the end of the input
  text_.append(bytes.data(), size);
  for (std::size_t end = text_.find('\n'); end != std::string::npos; end = text_.find('\n')) {
    const std::string line = text_.substr(0, end);
    text_.erase(0, end + 1);
    listener_(trimmed(line));
  }
  if (text_.size() > kLongestLine) text_.clear();
  wait();
}

}  // namespace tcpstack::app
