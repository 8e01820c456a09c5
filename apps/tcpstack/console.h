// Lines of standard input, for a program that is asked how it does while it runs.
//
// Nothing is read where that would do harm or cannot be waited for: a file, or a terminal that belongs to another
// process just now, since a job in the background is stopped when it reads from its terminal.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace tcpstack::app {

class Console {
 public:
  using Listener = std::function<void(std::string_view line)>;

  // `listener` is given each line, without its end and spaces around it, until the end of the input.
  Console(const boost::asio::any_io_executor& executor, Listener listener);

 private:
  void wait();
  void read();

  boost::asio::posix::stream_descriptor input_;
  boost::asio::steady_timer timer_;
  Listener listener_;
  std::string text_;  // of a line that has not ended
};

}  // namespace tcpstack::app
