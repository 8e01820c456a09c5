#include "apps/tcpstack/printer.h"

#include <cstdlib>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

namespace tcpstack::app {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::trace: return spdlog::level::trace;
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
  }
  return spdlog::level::info;
}

}  // namespace

Printer::Printer(LogLevel level, LogFormat format)
    : logger_(std::make_shared<spdlog::logger>("narrator",
                                               std::make_shared<spdlog::sinks::stdout_sink_st>())),
      format_(format),
      style_{.colors = wants_colors()} {
  logger_->set_pattern("%v");
  logger_->set_level(to_spdlog(level));
  logger_->flush_on(spdlog::level::trace);
}

void Printer::line(const Line& line) {
  const auto level = line.detail ? spdlog::level::debug : spdlog::level::info;
  if (!logger_->should_log(level)) return;
  logger_->log(level, "{}", format_ == LogFormat::json ? to_json(line) : to_text(line, style_));
}

bool wants_colors() {
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

}  // namespace tcpstack::app
