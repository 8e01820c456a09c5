// The options that only tcpstack has; apps/common/command_line.h has those of every program.
#include "apps/tcpstack/options.h"

#include <array>
#include <filesystem>
#include <set>

#include "apps/common/command_line.h"
#include "apps/tcpstack/service_list.h"
#include "stack/device/tun.h"

namespace tcpstack::app {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr const char* kDescription =
    "A TCP/IP stack of its own on a TUN device: an annotated RFC 9293 that you can watch.\n"
    "It creates DEVICE if it does not exist, gives the kernel's end its address, and undoes that "
    "at exit.";

constexpr const char* kExamples = R"(Examples:
  sudo tcpstack tun0                                  all services on 10.0.0.2; then: nc 10.0.0.2 7
  sudo tcpstack --capture run.pcapng tun0             each packet with our reasons, for Wireshark
  sudo tcpstack --capture - tun0 | wireshark -k -i -  the same, live
  sudo tcpstack --service echo:7007 --seed 1 tun0     one service, the same ISNs in each run
  sudo tcpstack --log-level debug tun0                the drops, with their reasons
  sudo tcpstack --log-format json tun0 | jq .         one object a line
  sudo tcpstack --fault 'drop data #2 out' tun0       a retransmission to look at
  sudo tcpstack --like windows --service lab-close tun0   another system's SYN, ACK and timeouts
  sudo tcpstack --window 2000 --nagle off tun0        small windows, small segments
  sudo tcpstack --address 192.168.7.2 --host-address 192.168.7.1/24 tun0

While it runs: Enter or kill -USR1 prints the connections, ? prints all commands.
Exit codes: 0 after Ctrl-C, 1 for a failure, 2 for a mistake on the command line.)";

constexpr std::array<std::string_view, 6> kLevels{"trace", "debug", "info", "warn", "error", "off"};
constexpr std::array<std::string_view, 2> kFormats{"text", "json"};

void add_device(CLI::App& app, Options& options) {
  const auto device = [&](const std::string& text) {
    options.device = take("DEVICE", text, parse_device(text));
  };
  add(app, "DEVICE", device, "", "The TUN device, for instance tun0")->required()->group("Link");
}

void add_service_options(CLI::App& app, Options& options) {
  const auto services = [&](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      if (text != "none") options.services.push_back(take("--service", text, parse_service(text)));
    }
    if (!options.services.empty() && options.services.size() != texts.size()) {
      throw CLI::ValidationError("--service", "give 'none' alone");
    }
  };
  std::string help = "Repeatable; by default all of them:\n";
  for (const ServiceDescription& service : service_descriptions()) {
    help += fmt::format("  {:<9} {:>5}  {} ({})\n", service.name, service.port, service.summary,
                        service.rfc);
  }
  help += "  none";
  const std::string group = "Services";
  add_repeatable(app, "--service", services, "NAME[:PORT]", help)->group(group);
  app.add_flag("--print-once", options.service.print_once,
               "print serves one client and closes its port")
      ->group(group);
  add_time(app, "--lab-close-after", options.service.lab_close_after, 0ms, 600s,
           "lab-close keeps its side open for TIME after the client's FIN [1s]")
      ->group(group);
  const auto lines = [&](const std::string& text) {
    options.service.lab_close_lines =
        static_cast<unsigned>(take("--lab-close-lines", text, parse_number(text, 0, 1000)));
  };
  add(app, "--lab-close-lines", lines, "COUNT", "lab-close sends COUNT lines in that time [0]")
      ->group(group);
}

void add_http_options(CLI::App& app, HttpOptions& http) {
  const auto folder = [&](const std::string& text) {
    if (!std::filesystem::is_directory(text))
      throw CLI::ValidationError("--http-folder", fmt::format("'{}' is not a folder", text));
    http.folder = text;
  };
  const auto certificate = [&](const std::string& text) { http.certificate = text; };
  add(app, "--http-folder", folder, "FOLDER", "http and https serve its files")->group("Services");
  add(app, "--certificate", certificate, "FILE",
      "Key and certificate of https, made if it does not exist\n"
      "[~/.local/state/tcpstack/https.pem]")
      ->group("Services");
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

void add_speed_options(CLI::App& app, Options& options) {
  const auto busy_poll = [&](const std::string& text) {
    options.busy_poll = Duration(take("--busy-poll", text, parse_number(text, 0, 1'000'000)));
  };
  const auto queues = [&](const std::string& text) {
    options.queues = static_cast<unsigned>(
        take("--queues", text, parse_number(text, 1, device::Tun::kMaxQueues)));
  };
  const std::string group = "Speed";
  app.add_flag("--offload", options.stack.ip.offload,
               "Exchange super-segments of up to 64 KiB and leave TCP's checksums to the device")
      ->group(group);
  add(app, "--queues", queues, "N",
      "Queues of DEVICE, 1 to 8. A connection stays in one queue and does not wait behind an "
      "upload\n"
      "in another; with one queue packets come in the order that Wireshark shows [1]")
      ->group(group);
  app.add_flag_callback(
         "--no-bulk-thread", [&] { options.bulk_thread = false; },
         "The kernel takes bulk within our writes, not in a thread of its own")
      ->group(group);
  add(app, "--busy-poll", busy_poll, "US",
      "Poll DEVICE for US microseconds before waiting; costs a processor [0]")
      ->group(group);
  app.add_flag("--source-fast", options.service.source_fast,
               "chargen sends the same character without end")
      ->group(group);
}

void set_up(CLI::App& app, Options& options) {
  app.name("tcpstack");
  app.footer(kExamples);
  app.get_formatter()->column_width(32);
  add_device(app, options);
  add_link_options(app, options);
  add_service_options(app, options);
  add_http_options(app, options.service.http);
  add_view_options(app, options);
  add_tcp_options(app, options);
  add_speed_options(app, options);
}

// Checks that concern several options. Without --service all services start.
void check_together(const CLI::App& app, Options& options) {
  check_link(options);
  options.service.chargen_datagrams = app.count("--service") != 0;
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
  if (auto answer = parse(app, arguments, [&] { check_together(app, options); })) {
    return std::unexpected(*std::move(answer));
  }
  return options;
}

}  // namespace tcpstack::app
