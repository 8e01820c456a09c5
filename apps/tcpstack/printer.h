// Writes Lines to the terminal through spdlog, flushed line by line, as text or as JSON.
#pragma once

#include <cstdio>
#include <memory>

#include <spdlog/common.h>

#include "apps/tcpstack/narrator.h"
#include "apps/tcpstack/options.h"

namespace spdlog {
class logger;
}  // namespace spdlog

namespace tcpstack::app {

class Printer : public LineListener {
 public:
  // Prints drops, notes and other details at debug level and below, other lines at info and below.
  explicit Printer(const Options& options);

  void line(const Line& line) override;

  // Would a Printer of this level print anything? If not, it need not observe the trace.
  static bool prints_at(LogLevel level) { return level <= LogLevel::info; }

 private:
  std::shared_ptr<spdlog::logger> logger_;
  LogFormat format_;
  TextStyle style_;
};

spdlog::level::level_enum to_spdlog(LogLevel level);

// The stream for text: standard output, or standard error if the capture goes to standard output.
std::FILE* text_file(const Options& options);

// Is it a terminal, and has the user not set NO_COLOR (https://no-color.org)?
bool wants_colors(std::FILE* file);

}  // namespace tcpstack::app
