// The only file that includes CLI11, which costs seconds to compile.
#include "apps/tcpdrill/options.h"

#include <algorithm>
#include <iterator>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace tcpstack::drill {
namespace {

constexpr const char* kDescription =
    "Runs packetdrill scripts against the stack in virtual time: no root, no device, no waiting, "
    "and\n"
    "the same result every time. With --on kernel, it runs them against the kernel of this "
    "machine: "
    "what\n"
    "does Linux do here? A folder means all .pkt files in it. docs/tcpdrill.md has the language.";

constexpr const char* kExamples =
    "Examples:\n"
    "  tcpdrill tests/drill                          all of our own scripts\n"
    "  tcpdrill -v tests/drill/close/fin.pkt         with the story, passed or not\n"
    "  tcpdrill --narrate tests/drill/rst            with the stack's transitions, drops and "
    "alarms\n"
    "  tcpdrill --gdb tests/drill/ack/delayed.pkt    step through it\n"
    "  sudo tcpdrill --on kernel -v tests/drill/close/fin.pkt   what does Linux do?\n"
    "  tcpdrill -j4 --psh=lax --wscale=any ~/packetdrill/gtests/net/tcp\n"
    "\n"
    "Verdicts: PASS; FAIL with the whole story, the script's line and the difference; "
    "UNSUPPORTED with\n"
    "the word that this runner or the stack does not know. Exit codes: 0 if all scripts passed, "
    "1 if\n"
    "one did not, 2 for a mistake on the command line or in a script.";

void define(const std::string& text, Definitions& definitions) {
  const std::size_t equals = text.find('=');
  if (equals == 0 || equals == std::string::npos)
    throw CLI::ValidationError("-D", fmt::format("'{}' is not NAME=VALUE", text));
  definitions[text.substr(0, equals)] = text.substr(equals + 1);
}

void add_comparison(CLI::App& app, Options& options) {
  static const std::map<std::string, Psh> kPsh = {
      {"exact", Psh::exact}, {"linux", Psh::with_linux}, {"lax", Psh::lax}};
  const std::string group = "How to compare";
  app.add_option(
         "--psh", options.switches.psh,
         "exact: PSH as written; linux: PSH may be missing, because Linux sets more of them; "
         "lax: not compared [linux]")
      ->transform(CLI::Transformer(kPsh))
      ->type_name("exact|linux|lax")
      ->group(group);
  const auto any = [&](const char* name, bool& flag, const char* help) {
    app.add_option_function<std::string>(
           name, [&flag](const std::string&) { flag = true; }, help)
        ->check(CLI::IsMember({"any"}))
        ->type_name("any")
        ->group(group);
  };
  any("--wscale", options.switches.any_window_scale, "Any window scale matches");
  any("--option-order", options.switches.any_option_order,
      "TCP options in any order, with any padding");
}

void add_world(CLI::App& app, Options& options) {
  static const std::map<std::string, Options::On> kWorlds = {{"stack", Options::On::stack},
                                                             {"kernel", Options::On::kernel}};
  app.add_option(
         "--on", options.on,
         "stack: our TCP, in virtual time; kernel: the TCP of this machine's kernel, in real "
         "time, in a network namespace of the script's own; needs root; PSH is not compared, "
         "and times within 10 ms are equal [stack]")
      ->transform(CLI::Transformer(kWorlds))
      ->type_name("stack|kernel")
      ->group("Scripts");
}

void add_numbers(CLI::App& app, Options& options) {
  app.add_option("--peer-isn", options.switches.peer_isn,
                 "Added to the sequence number of the peer's SYN, and so to all of its numbers [0]")
      ->type_name("N")
      ->group("Scripts");
  app.add_option("--our-isn", options.switches.our_isn,
                 "The sequence number of our first SYN; the script runs twice")
      ->type_name("N")
      ->group("Scripts");
}

void add_view(CLI::App& app, Options& options) {
  const std::string group = "What you see";
  app.add_flag("-v,--verbose", options.verbose,
               "The story of every script, not only of a failed one")
      ->group(group);
  app.add_flag("--narrate", options.narrate,
               "Also print the stack's transitions, drops and alarms with their reasons (sets -v)")
      ->group(group);
  app.add_option("--capture", options.capture, "Write every packet (pcapng); takes one script")
      ->type_name("FILE")
      ->group(group);
  app.add_flag("--gdb", options.gdb, "Show the command that debugs the script, and run it")
      ->group(group);
}

void set_up(CLI::App& app, Options& options) {
  app.name("tcpdrill");
  app.footer(kExamples);
  app.get_formatter()->column_width(32);
  app.add_option("SCRIPT", options.scripts, "Scripts, or folders of scripts")
      ->required()
      ->type_name("")
      ->check(CLI::ExistingPath)
      ->group("Scripts");
  app.add_option_function<std::vector<std::string>>(
         "-D",
         [&](const std::vector<std::string>& texts) {
           for (const std::string& text : texts) define(text, options.definitions);
         },
         "A name that the scripts use; repeatable")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false)
      ->group("Scripts");
  app.add_option("-j,--jobs", options.jobs, "Scripts at the same time [1]")
      ->check(CLI::Range(1U, 256U))
      ->type_name("N")
      ->group("Scripts");
  add_world(app, options);
  add_numbers(app, options);
  add_comparison(app, options);
  add_view(app, options);
  app.set_version_flag("--version", "tcpdrill " TCPSTACK_VERSION, "Print the version")
      ->group("Other");
  app.set_help_flag("-h,--help", "This text")->group("Other");
}

}  // namespace

std::expected<Options, Answer> parse_options(const std::vector<std::string>& arguments) {
  Options options;
  CLI::App app(kDescription);
  set_up(app, options);
  try {
    // CLI11 takes the arguments last one first.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(Answer{0, app.help()});
  } catch (const CLI::CallForVersion& version) {
    return std::unexpected(Answer{0, fmt::format("{}\n", version.what())});
  } catch (const CLI::ParseError& error) {
    return std::unexpected(
        Answer{2, fmt::format("tcpdrill: {} (see tcpdrill --help)\n", error.what())});
  }
  if (options.on == Options::On::kernel &&
      (options.switches.our_isn || options.narrate || options.gdb))
    return std::unexpected(Answer{
        2,
        "tcpdrill: --our-isn, --narrate and --gdb look into our stack, so not with --on kernel\n"});
  options.verbose = options.verbose || options.narrate;
  std::ranges::remove_copy(arguments, std::back_inserter(options.without_gdb), "--gdb");
  return options;
}

}  // namespace tcpstack::drill
