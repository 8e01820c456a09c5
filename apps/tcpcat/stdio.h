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

// Waited for where that is possible: epoll does not take a file, which never keeps us waiting.
class Input {
 public:
  explicit Input(const boost::asio::any_io_executor& executor);

  // 0 at the end.
  boost::asio::awaitable<std::size_t> read(std::vector<std::uint8_t>& into);

 private:
  boost::asio::posix::stream_descriptor descriptor_;
};

// As it comes, or as a hex dump.
class Output {
 public:
  explicit Output(bool hex) : hex_(hex) {}
  void write(Bytes bytes);

 private:
  bool hex_;
  std::size_t offset_ = 0;
};

}  // namespace tcpstack::cat
