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
  // The next read() returns `bytes`, at most as many as the last one has returned.
  void put_back(Bytes bytes) { put_back_.assign(bytes.begin(), bytes.end()); }

 private:
  std::size_t take_back(std::vector<std::uint8_t>& into);

  std::vector<std::uint8_t> put_back_;
  bool ended_ = false;
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
