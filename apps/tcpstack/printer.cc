#include "apps/tcpstack/printer.h"

#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

namespace tcpstack::app {

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

std::string missing_lines(LogFormat format, std::uint64_t lines) {
  if (format == LogFormat::json)
    return fmt::format("{{\"event\":\"missing\",\"lines\":{}}}\n", lines);
  return fmt::format("({} {} missing here: the output was blocked)\n", lines,
                     lines == 1 ? "line is" : "lines are");
}

Printer::Printer(const Options& options, LineOutput& output)
    : output_(output),
      level_(options.log_level),
      format_(options.log_format),
      style_{.colors = wants_colors(text_file(options))} {}

void Printer::line(const Line& line) {
  if (level_ > (line.detail ? LogLevel::debug : LogLevel::info)) return;
  output_.print((format_ == LogFormat::json ? to_json(line) : to_text(line, style_)) + '\n');
}

}  // namespace tcpstack::app
