// Standard input and output of a conversation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "stack/base/bytes.h"

namespace tcpstack::cat {

// Waits for input with epoll, which does not take regular files: those are read directly.
class Input {
 public:
  explicit Input(const boost::asio::any_io_executor& executor);

  // Returns the number of bytes; 0 at the end.
  boost::asio::awaitable<std::size_t> read(std::vector<std::uint8_t>& into);

 private:
  boost::asio::posix::stream_descriptor descriptor_;
};

// Prints bytes unchanged, or as a hex dump. A reader that is slow, a pipe or a terminal, makes the caller wait and not
// the stack: while the caller does not read, the peer's window closes, as with every netcat.
class Output {
 public:
  Output(const boost::asio::any_io_executor& executor, bool hex);

  // Returns when the reader has taken all. Throws system_error, e.g. broken_pipe if the reader has gone.
  boost::asio::awaitable<void> write(Bytes bytes);

 private:
  boost::asio::posix::stream_descriptor descriptor_;
  bool hex_;
  std::size_t offset_ = 0;
};

}  // namespace tcpstack::cat
