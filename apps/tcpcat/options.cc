// The options that only tcpcat has; apps/common/command_line.h has those of every program.
#include "apps/tcpcat/options.h"

#include "apps/common/command_line.h"

namespace tcpstack::cat {
namespace {

using app::add;
using app::take;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr const char* kDescription =
    "netcat over a TCP of its own. It sends standard input to the peer, and prints the peer's text "
    "on standard\n"
    "output. It makes a TUN device, takes an address beside the kernel's end, and undoes that at "
    "exit.";

constexpr const char* kExamples = R"(Examples:
  nc -l 24000 &  echo hello | sudo tcpcat 10.0.0.1 24000             to a kernel's server
  sudo tcpcat -l 24000                                               then: nc 10.0.0.2 24000
  sudo tcpcat -z 10.0.0.1 22 && echo open                            is the port open?
  printf ',7B' | sudo tcpcat -u -p 24001 10.0.0.1 24000              one datagram
  sudo tcpcat -u -l 24000                                            then: nc -u 10.0.0.2 24000
  echo hello | sudo tcpcat --fast-open 10.0.0.1 24000                twice: the second SYN brings the text
  sudo tcpcat --like windows --fault 'drop syn out' -v 10.0.0.1 24000

At the end of standard input our side closes (a FIN). The program ends when the peer's side has closed and the peer has
acknowledged everything. UDP has no end: the program ends after a silence.
Exit codes: 0 after an orderly end, 1 if the connection fails or is refused, 2 for a mistake on the command line.)";

void add_device(CLI::App& app, Options& options) {
  const auto device = [&](const std::string& text) {
    options.device = take("--device", text, app::parse_device(text));
  };
  add(app, "--device", device, "DEVICE", "The TUN device [tun0]")->group("Link");
}

void add_conversation_options(CLI::App& app, Options& options, std::vector<std::string>& whom) {
  app.add_option("WHOM", whom, "ADDRESS PORT of the peer, or PORT with --listen")
      ->type_name("")
      ->required()
      ->expected(1, 2);
  app.add_flag("-l,--listen", options.listen, "Wait for one connection to PORT");
  app.add_flag("-u,--udp", options.udp,
               "Datagrams: one for each piece of standard input, at most 1472 bytes");
  app.add_flag("-z,--zero", options.only_check, "Only check whether the port is open");
  app.add_flag("-x,--hex", options.hex, "Print the peer's bytes as a hex dump");
  app.add_flag("-v,--verbose", options.verbose, "Report events on standard error");
  app::add_time(app, "-w,--wait", options.patience, 1ms, 3600s,
                "Longest time for opening a connection [10s]");
  app::add_time(app, "--silence", options.silence, 1ms, 3600s,
                "With --udp: end after this silence, once standard input has ended [1s]");
  const auto port = [&](const std::string& text) {
    options.port =
        static_cast<std::uint16_t>(take("--port", text, app::parse_number(text, 1, 65535)));
  };
  add(app, "-p,--port", port, "PORT", "Our port [a random one]");
  const auto cookies = [&](const std::string& text) {
    if (text.empty()) throw CLI::ValidationError("--cookies", "the file has no name");
    options.cookies = text;
  };
  add(app, "--cookies", cookies, "FILE",
      "With --fast-open: the file that keeps the servers' cookies for the next run\n"
      "[~/.local/state/tcpstack/fast-open-cookies]");
}

// Checks that concern several options.
void check_together(Options& options, const std::vector<std::string>& whom) {
  const std::size_t expected = options.listen ? 1 : 2;
  if (whom.size() != expected) {
    throw CLI::ValidationError("WHOM", options.listen
                                           ? "with --listen give only a PORT"
                                           : "an ADDRESS and a PORT: tcpcat 10.0.0.1 24000");
  }
  if (options.listen && options.only_check) {
    throw CLI::ValidationError("--zero", "does not go with --listen");
  }
  const auto port = static_cast<std::uint16_t>(
      take("PORT", whom.back(), app::parse_number(whom.back(), 1, 65535)));
  if (options.listen && options.port != 0) {
    throw CLI::ValidationError("--port", "with --listen give the port as PORT, not by --port");
  }
  if (options.listen) {
    options.port = port;
  } else {
    options.remote = {take("ADDRESS", whom.front(), app::parse_host(whom.front())), port};
  }
  app::check_link(options);
}

}  // namespace

std::expected<Options, app::Answer> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  std::vector<std::string> whom;
  CLI::App app(kDescription);
  app.name("tcpcat");
  app.footer(kExamples);
  app.get_formatter()->column_width(32);
  add_conversation_options(app, options, whom);
  add_device(app, options);
  app::add_link_options(app, options);
  app::add_tcp_options(app, options);
  if (auto answer = app::parse(app, arguments, [&] { check_together(options, whom); })) {
    return std::unexpected(*std::move(answer));
  }
  return options;
}

}  // namespace tcpstack::cat
