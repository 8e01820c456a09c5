// Writes Lines to standard output through spdlog, flushed line by line, as text or as JSON.
#pragma once

#include <memory>

#include "apps/tcpstack/narrator.h"
#include "apps/tcpstack/options.h"

namespace spdlog {
class logger;
}

namespace tcpstack::app {

class Printer : public LineListener {
 public:
  // Drops, notes and other details are printed at `level` debug and below, the rest at info and below.
  Printer(LogLevel level, LogFormat format);

  void line(const Line& line) override;

  // Would a Printer of this level print anything? If not, nobody has to look at the trace.
  static bool prints_at(LogLevel level) { return level <= LogLevel::info; }

 private:
  std::shared_ptr<spdlog::logger> logger_;
  LogFormat format_;
  TextStyle style_;
};

// Is standard output a terminal whose owner has not asked for NO_COLOR (https://no-color.org)?
bool wants_colors();

}  // namespace tcpstack::app
