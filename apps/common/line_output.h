// Text for a reader that may be slow or stopped: a pipe to a pager, a terminal after Ctrl-S.
//
// The stack has one thread, so what the program prints must never wait for a reader. LineOutput keeps a limited
// amount of text that the reader has not taken yet. Beyond it whole lines are dropped and counted, until the reader
// has taken all of the rest; then a line says how many are missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include "stack/base/time.h"

namespace tcpstack::app {

class LineOutput {
 public:
  // The line, with its end, that stands for `lines` dropped ones.
  using Missing = std::function<std::string(std::uint64_t lines)>;

  // Bytes that wait for the reader, at most.
  static constexpr std::size_t kMost = 64 * 1024;

  // Prints to a copy of `descriptor`. Throws system_error if it is not open. Requires: the executor's context outlives this object.
  LineOutput(const boost::asio::any_io_executor& executor, int descriptor, Missing missing);
  LineOutput(const LineOutput&) = delete;
  LineOutput& operator=(const LineOutput&) = delete;

  // Prints one or more whole lines, or drops and counts them. Never waits, except for a disk.
  void print(std::string_view lines);

  // Waits until the reader has taken everything, or for `patience`: for the end of the program.
  void finish(Duration patience);

 private:
  // Passes to the reader as much as it takes.
  void flush();
  void wait();

  boost::asio::posix::stream_descriptor descriptor_;
  Missing missing_;
  std::string kept_;
  std::uint64_t dropped_ = 0;  // lines
  bool waits_ = false;
};

}  // namespace tcpstack::app
