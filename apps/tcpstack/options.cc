// The only file that includes CLI11, which costs seconds to compile.
#include "apps/tcpstack/options.h"

#include <algorithm>
#include <array>
#include <set>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "apps/tcpstack/service_list.h"
#include "apps/tcpstack/values.h"

namespace tcpstack::app {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr const char* kDescription =
    "A TCP/IP stack of its own on a TUN device: an annotated RFC 9293 to look into while it runs.\n"
    "It creates DEVICE if it is not there, gives the kernel's end its address, and undoes that at "
    "exit.";

constexpr const char* kExamples = R"(Examples:
  sudo tcpstack tun0                                  all services on 10.0.0.2; then: nc 10.0.0.2 7
  sudo tcpstack --capture run.pcapng tun0             each packet with our reasons, for Wireshark
  sudo tcpstack --capture - tun0 | wireshark -k -i -  the same, live
  sudo tcpstack --service echo:7007 --seed 1 tun0     one service, the same ISNs in each run
  sudo tcpstack --log-level debug tun0                what is dropped, and why
  sudo tcpstack --log-format json tun0 | jq .         one object a line
  sudo tcpstack --address 192.168.7.2 --host-address 192.168.7.1/24 tun0

Exit codes: 0 after Ctrl-C, 1 for a failure, 2 for a mistake on the command line.)";

constexpr std::array<std::string_view, 6> kLevels{"trace", "debug", "info", "warn", "error", "off"};
constexpr std::array<std::string_view, 2> kFormats{"text", "json"};

// The value, or CLI11's error: "--mtu: '12' is not a whole number from 68 to 65535".
template <typename T>
T take(const char* option, const std::string& text, Value<T> value) {
  if (!value) throw CLI::ValidationError(option, fmt::format("'{}' {}", text, value.error()));
  return *std::move(value);
}

// The place of `text` among `words`, as an Enum whose values are in the same order.
template <typename Enum, std::size_t N>
Value<Enum> parse_word(const std::string& text, const std::array<std::string_view, N>& words) {
  const auto found = std::ranges::find(words, text);
  if (found == words.end()) {
    return std::unexpected(fmt::format("is none of {}", fmt::join(words, ", ")));
  }
  return static_cast<Enum>(found - words.begin());
}

// One line of --help, and what happens to the option's text.
CLI::Option* add(CLI::App& app, const char* name, std::function<void(const std::string&)> read,
                 const char* placeholder, const std::string& help) {
  return app.add_option_function<std::string>(name, std::move(read), help)->type_name(placeholder);
}

void add_link_options(CLI::App& app, Options& options) {
  const auto device = [&](const std::string& text) {
    options.device = take("DEVICE", text, parse_device(text));
  };
  const auto address = [&](const std::string& text) {
    options.stack.ip.address = take("--address", text, parse_host(text));
  };
  const auto host = [&](const std::string& text) {
    const auto network = take("--host-address", text, parse_network(text));
    options.host_address = network.address;
    options.prefix = network.prefix;
  };
  const auto mtu = [&](const std::string& text) {
    options.stack.ip.mtu =
        static_cast<std::uint16_t>(take("--mtu", text, parse_number(text, 68, 65535)));
    options.mtu_given = true;
  };
  add(app, "DEVICE", device, "", "The TUN device, for instance tun0")->required()->group("Link");
  add(app, "--address", address, "ADDRESS", "Ours [10.0.0.2]")->group("Link");
  add(app, "--host-address", host, "ADDRESS/PREFIX", "The kernel's end [10.0.0.1/24]")
      ->group("Link");
  add(app, "--mtu", mtu, "BYTES", "Of one IP packet, 68 to 65535 [1500]")->group("Link");
  app.add_flag_callback(
         "--no-configure", [&] { options.configure = false; },
         "Only open DEVICE: it exists, has its address and is up")
      ->group("Link");
}

void add_service_options(CLI::App& app, Options& options) {
  const auto services = [&](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      if (text != "none") options.services.push_back(take("--service", text, parse_service(text)));
    }
    if (!options.services.empty() && options.services.size() != texts.size()) {
      throw CLI::ValidationError("--service", "'none' stands alone");
    }
  };
  std::string help = "Repeatable; all of them when none is given:\n";
  for (const ServiceDescription& service : service_descriptions()) {
    help += fmt::format("  {:<8} {:>5}  {} ({})\n", service.name, service.port, service.summary,
                        service.rfc);
  }
  help += "  none";
  app.add_option_function<std::vector<std::string>>("--service", services, help)
      ->type_name("NAME[:PORT]")
      ->allow_extra_args(false)
      ->group("Services");
}

void add_fault_options(CLI::App& app, Options& options) {
  const auto faults = [&](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      options.faults.push_back(take("--fault", text, parse_fault(text)));
    }
  };
  app.add_option_function<std::vector<std::string>>(
         "--fault", faults,
         "Repeatable: 'drop data #2 out', 'duplicate synack', 'delay ack 300ms', 'hold fin',\n"
         "'corrupt #5 in', 'drop every rst'; by chance (see --seed): 'loss 3%',\n"
         "'reorder 5% 10ms', 'duplicate 1%', 'corrupt 0.1%'; 'rate 10mbit queue 50';\n"
         "each in, out or [both]")
      ->type_name("WHAT")
      ->allow_extra_args(false)
      ->group("Faults");
}

void add_view_options(CLI::App& app, Options& options) {
  const auto level = [&](const std::string& text) {
    options.log_level = take("--log-level", text, parse_word<LogLevel>(text, kLevels));
  };
  const auto format = [&](const std::string& text) {
    options.log_format = take("--log-format", text, parse_word<LogFormat>(text, kFormats));
  };
  const auto capture = [&](const std::string& text) {
    if (text.empty()) throw CLI::ValidationError("--capture", "the file has no name");
    options.capture = text;
  };
  const std::string group = "What you see";
  add(app, "--capture", capture, "FILE",
      "Write every packet, with our reasons as comments (pcapng); - is standard output")
      ->group(group);
  add(app, "--log-level", level, "LEVEL",
      "trace, debug (drops too), info (every segment), warn, error, off [info]")
      ->group(group);
  add(app, "--log-format", format, "FORMAT", "text or json [text]")->group(group);
}

void add_tcp_options(CLI::App& app, Options& options) {
  TcpConfig& tcp = options.stack.tcp;
  const auto time = [](const char* name, Duration& place, Duration low, Duration high) {
    return [name, &place, low, high](const std::string& text) {
      place = take(name, text, parse_duration(text, low, high));
    };
  };
  const auto seed = [&](const std::string& text) {
    options.seed = take("--seed", text, parse_number(text, 0, UINT64_MAX));
  };
  const std::string group = "TCP";
  add(app, "--seed", seed, "NUMBER", "Of ISNs and hash keys, to repeat a run [random]")
      ->group(group);
  add(app, "--msl", time("--msl", tcp.msl, 1ms, 600s), "TIME",
      "Maximum segment lifetime; TIME_WAIT lasts two [30s]")
      ->group(group);
  add(app, "--rto-initial", time("--rto-initial", tcp.rto_initial, 1ms, 60s), "TIME",
      "Retransmission timeout before the first measurement [1s]")
      ->group(group);
  add(app, "--rto-min", time("--rto-min", tcp.rto_min, 1ms, 60s), "TIME",
      "Never less than this [200ms]")
      ->group(group);
  add(app, "--delayed-ack", time("--delayed-ack", tcp.delayed_ack, 0ms, 500ms), "TIME",
      "How long an acknowledgment may wait for company [40ms]")
      ->group(group);
  app.add_flag_callback(
         "--no-window-scale", [&] { tcp.window_scaling = false; },
         "Neither offer nor accept RFC 7323's window scale")
      ->group(group);
  app.add_flag_callback(
         "--no-timestamps", [&] { tcp.timestamps = false; },
         "Neither offer nor accept RFC 7323's timestamps")
      ->group(group);
}

void set_up(CLI::App& app, Options& options) {
  app.name("tcpstack");
  app.footer(kExamples);
  app.get_formatter()->column_width(32);
  add_link_options(app, options);
  add_service_options(app, options);
  add_fault_options(app, options);
  add_view_options(app, options);
  add_tcp_options(app, options);
  app.set_version_flag("--version", "tcpstack " TCPSTACK_VERSION, "Print the version")
      ->group("Other");
  app.set_help_flag("-h,--help", "This text")->group("Other");
}

// What no option can know alone. Fills in the services when none was named.
void check_together(const CLI::App& app, Options& options) {
  if (options.configure) {
    const std::string why =
        why_not_neighbours(options.stack.ip.address, {options.host_address, options.prefix});
    if (!why.empty()) throw CLI::ValidationError("--address", why);
  }
  if (app.count("--service") == 0) {
    for (const ServiceDescription& service : service_descriptions()) {
      options.services.push_back({std::string(service.name), service.port});
    }
  }
  std::set<std::uint16_t> ports;
  for (const ServiceRequest& service : options.services) {
    if (!ports.insert(service.port).second) {
      throw CLI::ValidationError("--service",
                                 fmt::format("port {} is given to two services", service.port));
    }
  }
}

}  // namespace

std::expected<Options, Answer> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app(kDescription);
  set_up(app, options);
  try {
    // CLI11 takes the arguments last one first.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    check_together(app, options);
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(Answer{0, app.help()});
  } catch (const CLI::CallForVersion& version) {
    return std::unexpected(Answer{0, fmt::format("{}\n", version.what())});
  } catch (const CLI::ParseError& error) {
    return std::unexpected(
        Answer{2, fmt::format("tcpstack: {} (see tcpstack --help)\n", error.what())});
  }
  return options;
}

}  // namespace tcpstack::app
