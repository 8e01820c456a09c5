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
  // Drops, notes and other details are printed at debug level and below, the rest at info and below.
  explicit Printer(const Options& options);

  void line(const Line& line) override;

  // Would a Printer of this level print anything? If not, nobody has to look at the trace.
  static bool prints_at(LogLevel level) { return level <= LogLevel::info; }

 private:
  std::shared_ptr<spdlog::logger> logger_;
  LogFormat format_;
  TextStyle style_;
};

spdlog::level::level_enum to_spdlog(LogLevel level);

// Where text goes: standard output, or standard error when the former carries the capture.
std::FILE* text_file(const Options& options);

// Is it a terminal whose owner has not asked for NO_COLOR (https://no-color.org)?
bool wants_colors(std::FILE* file);

}  // namespace tcpstack::app
