#include "apps/tcpstack/printer.h"

#include <cstdlib>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

namespace tcpstack::app {
namespace {

spdlog::sink_ptr sink_for(const Options& options) {
  if (text_file(options) == stderr) return std::make_shared<spdlog::sinks::stderr_sink_st>();
  return std::make_shared<spdlog::sinks::stdout_sink_st>();
}

}  // namespace

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

std::FILE* text_file(const Options& options) { return options.capture == "-" ? stderr : stdout; }

bool wants_colors(std::FILE* file) {
  const char* no_color = std::getenv("NO_COLOR");
  return isatty(fileno(file)) == 1 && (no_color == nullptr || *no_color == '\0');
}

Printer::Printer(const Options& options)
    : logger_(std::make_shared<spdlog::logger>("narrator", sink_for(options))),
      format_(options.log_format),
      style_{.colors = wants_colors(text_file(options))} {
  logger_->set_pattern("%v");
  logger_->set_level(to_spdlog(options.log_level));
  logger_->flush_on(spdlog::level::trace);
}

void Printer::line(const Line& line) {
  const auto level = line.detail ? spdlog::level::debug : spdlog::level::info;
  if (!logger_->should_log(level)) return;
  logger_->log(level, "{}", format_ == LogFormat::json ? to_json(line) : to_text(line, style_));
}

}  // namespace tcpstack::app
