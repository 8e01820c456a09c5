#include "apps/tcpstack/inquiry.h"

#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "apps/tcpstack/connection_table.h"
#include "apps/tcpstack/counts.h"

namespace tcpstack::app {
namespace {

constexpr const char* kHelp =
    "s, or an empty line   the connections, as ss -ti shows them\n"
    "d                     the drops, with their reasons\n"
    "c                     the counters\n"
    "?                     this text\n"
    "kill -USR1 to this process prints connections, drops and counters, too; Ctrl-C ends it\n";

}  // namespace

Inquiry::Inquiry(runtime::runtime& runtime, const Options& options, Say say)
    : runtime_(runtime),
      format_(options.log_format),
      say_(std::move(say)),
      signals_(runtime.get_executor(), SIGUSR1),
      console_(runtime.get_executor(), [this](std::string_view line) { say_(answer(line)); }) {
  wait_for_signal();
}

std::string Inquiry::answer(std::string_view command) const {
  if (command.empty() || command == "s") return connections();
  if (command == "d") return drop_table(runtime_.stack().counters());
  if (command == "c") return counter_table(runtime_.stack().counters());
  if (command == "?") return kHelp;
  return fmt::format("'{}' is not a command; ? prints all commands\n", command);
}

std::string Inquiry::connections() const {
  const auto connections = runtime::list_connections(runtime_);
  const auto listeners = runtime::list_listeners(runtime_);
  if (format_ == LogFormat::json) {
    return connection_json(connections, listeners, runtime_.stack().counters());
  }
  return connection_table(connections, listeners);
}

void Inquiry::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& ec, int) {
    if (ec) return;
    const bool is_json = format_ == LogFormat::json;  // JSON has the drops in the same line
    const Counters& counters = runtime_.stack().counters();
    say_(connections() + (is_json ? "" : drop_table(counters) + counter_table(counters)));
    wait_for_signal();
  });
}

}  // namespace tcpstack::app
