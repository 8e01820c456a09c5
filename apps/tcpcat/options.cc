// The only file of tcpcat that includes CLI11, which costs seconds to compile.
#include "apps/tcpcat/options.h"

#include <functional>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/tcpstack/values.h"

namespace tcpstack::cat {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr const char* kDescription =
    "netcat over a TCP of its own: standard input goes to the peer, what the peer sends to "
    "standard "
    "output.\nIt makes a TUN device, takes an address beside the kernel's end, and undoes that at "
    "exit.";

constexpr const char* kExamples = R"(Examples:
  nc -l 24000 &  echo hello | sudo tcpcat 10.0.0.1 24000             to a kernel's server
  sudo tcpcat -l 24000                                               then: nc 10.0.0.2 24000
  sudo tcpcat -z 10.0.0.1 22 && echo open                            is the port open?

At the end of standard input our side is closed (a FIN); the program ends with the peer's.
Exit codes: 0 after an orderly end, 1 when the connection fails or is refused, 2 for a mistake here.)";

template <typename T>
T take(const char* option, const std::string& text, app::Value<T> value) {
  if (!value) throw CLI::ValidationError(option, fmt::format("'{}' {}", text, value.error()));
  return *std::move(value);
}

CLI::Option* add(CLI::App& app, const char* name, std::function<void(const std::string&)> read,
                 const char* placeholder, const char* help) {
  return app.add_option_function<std::string>(name, std::move(read), help)->type_name(placeholder);
}

void add_link_options(CLI::App& app, Options& options) {
  const auto device = [&](const std::string& text) {
    options.device = take("--device", text, app::parse_device(text));
  };
  const auto address = [&](const std::string& text) {
    options.stack.ip.address = take("--address", text, app::parse_host(text));
  };
  const auto host = [&](const std::string& text) {
    const auto network = take("--host-address", text, app::parse_network(text));
    options.host_address = network.address;
    options.prefix = network.prefix;
  };
  add(app, "--device", device, "DEVICE", "The TUN device [tun0]")->group("Link");
  add(app, "--address", address, "ADDRESS", "Ours [10.0.0.2]")->group("Link");
  add(app, "--host-address", host, "ADDRESS/PREFIX", "The kernel's end [10.0.0.1/24]")
      ->group("Link");
}

void add_conversation_options(CLI::App& app, Options& options, std::vector<std::string>& whom) {
  const auto patience = [&](const std::string& text) {
    options.patience = take("--wait", text, app::parse_duration(text, 1ms, 3600s));
  };
  app.add_option("WHOM", whom, "ADDRESS PORT of the peer, or PORT with --listen")
      ->type_name("")
      ->required()
      ->expected(1, 2);
  app.add_flag("-l,--listen", options.listen, "Wait for one connection to PORT");
  app.add_flag("-z,--zero", options.only_check, "Only see whether the port is open");
  app.add_flag("-x,--hex", options.hex, "Print what comes as a hex dump");
  app.add_flag("-v,--verbose", options.verbose, "Say on standard error what happens");
  add(app, "-w,--wait", patience, "TIME", "How long opening a connection may take [10s]");
}

// What no option can know alone.
void check_together(Options& options, const std::vector<std::string>& whom) {
  const std::size_t expected = options.listen ? 1 : 2;
  if (whom.size() != expected) {
    throw CLI::ValidationError("WHOM", options.listen
                                           ? "with --listen a PORT stands alone"
                                           : "an ADDRESS and a PORT: tcpcat 10.0.0.1 24000");
  }
  if (options.listen && options.only_check) {
    throw CLI::ValidationError("--zero", "does not go with --listen");
  }
  const auto port = static_cast<std::uint16_t>(
      take("PORT", whom.back(), app::parse_number(whom.back(), 1, 65535)));
  options.port = port;
  if (!options.listen) {
    options.remote = {take("ADDRESS", whom.front(), app::parse_host(whom.front())), port};
  }
  const std::string why =
      app::why_not_neighbours(options.stack.ip.address, {options.host_address, options.prefix});
  if (!why.empty()) throw CLI::ValidationError("--address", why);
}

}  // namespace

std::expected<Options, app::Answer> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  std::vector<std::string> whom;
  CLI::App app(kDescription);
  app.name("tcpcat");
  app.footer(kExamples);
  add_conversation_options(app, options, whom);
  add_link_options(app, options);
  app.set_version_flag("--version", "tcpcat " TCPSTACK_VERSION, "Print the version");
  try {
    // CLI11 takes the arguments last one first.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    check_together(options, whom);
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(app::Answer{0, app.help()});
  } catch (const CLI::CallForVersion& version) {
    return std::unexpected(app::Answer{0, fmt::format("{}\n", version.what())});
  } catch (const CLI::ParseError& error) {
    return std::unexpected(
        app::Answer{2, fmt::format("tcpcat: {} (see tcpcat --help)\n", error.what())});
  }
  return options;
}

}  // namespace tcpstack::cat
