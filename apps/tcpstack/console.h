// Lines of standard input, for commands to the running program.
//
// The console reads neither a file, which epoll cannot wait for, nor a terminal that belongs to another process at
// the moment: a job in the background is stopped when it reads from its terminal.
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

  // Calls `listener` with each line, without its end and the blanks around it, until the end of the input.
  Console(const boost::asio::any_io_executor& executor, Listener listener);

 private:
  void wait();
  void read();

  boost::asio::posix::stream_descriptor input_;
  boost::asio::steady_timer timer_;
  Listener listener_;
  std::string text_;  // the beginning of an unfinished line
};

}  // namespace tcpstack::app
