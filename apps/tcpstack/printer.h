// Prints Lines, as text or as JSON, and the program's own messages. The stack never waits for the reader (line_output.h).
#pragma once

#include <cstdio>

#include <spdlog/common.h>

#include "apps/common/line_output.h"
#include "apps/tcpstack/narrator.h"
#include "apps/tcpstack/options.h"

namespace tcpstack::app {

class Printer : public LineListener {
 public:
  // Prints drops, notes and other details at debug level and below, other lines at info and below.
  Printer(const Options& options, LineOutput& output);

  void line(const Line& line) override;

  // Would a Printer of this level print anything? If not, it need not observe the trace.
  static bool prints_at(LogLevel level) { return level <= LogLevel::info; }

 private:
  LineOutput& output_;
  LogLevel level_;
  LogFormat format_;
  TextStyle style_;
};

spdlog::level::level_enum to_spdlog(LogLevel level);

// The line for `lines` dropped ones.
std::string missing_lines(LogFormat format, std::uint64_t lines);

// The stream for text: standard output, or standard error if the capture goes to standard output.
std::FILE* text_file(const Options& options);

// Is it a terminal, and has the user not set NO_COLOR (https://no-color.org)?
bool wants_colors(std::FILE* file);

}  // namespace tcpstack::app
