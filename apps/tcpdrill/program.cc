#include "apps/tcpdrill/program.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "apps/tcpdrill/kernel/network.h"
#include "apps/tcpdrill/kernel/on_kernel.h"
#include "apps/tcpdrill/run/verdict.h"
#include "stack/device/pcapng.h"

namespace tcpstack::drill {
namespace {

namespace fs = std::filesystem;

// The named scripts, and those of named folders in the order of their names.
std::vector<std::string> find_scripts(const std::vector<std::string>& arguments) {
  std::vector<std::string> scripts;
  for (const std::string& argument : arguments) {
    if (!fs::is_directory(argument)) {
      scripts.push_back(argument);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(argument)) {
      if (entry.is_regular_file() && entry.path().extension() == ".pkt")
        found.push_back(entry.path().string());
    }
    std::ranges::sort(found);
    scripts.insert(scripts.end(), found.begin(), found.end());
  }
  if (scripts.empty()) throw std::runtime_error("no .pkt file there");
  return scripts;
}

std::string read_file(const std::string& name) {
  std::ifstream in(name, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in.is_open() || in.bad()) throw std::runtime_error("cannot read " + name);
  return text;
}

// Every packet of a script, for Wireshark. Virtual time 0 is the capture's time 0.
class Capture {
 public:
  explicit Capture(const std::string& file) {
    auto writer = device::PcapngWriter::open(
        file,
        {.application = "tcpdrill " TCPSTACK_VERSION, .interface = "drill", .description = {}});
    if (!writer) throw std::runtime_error(writer.error().message);
    writer_.emplace(*std::move(writer));
  }

  PacketSink sink() {
    return [this](Time at, Bytes packet, bool inbound) {
      writer_->packet({.time_us = at.time_since_epoch().count(),
                       .direction = inbound ? trace::Direction::in : trace::Direction::out,
                       .bytes = packet});
    };
  }

  void finish() {
    if (!writer_->flush()) throw std::runtime_error(writer_->error()->message);
  }

 private:
  std::optional<device::PcapngWriter> writer_;
};

// Runs all scripts, `jobs` at a time; the verdicts are in the scripts' order.
std::vector<Verdict> run_all(const std::vector<std::string>& scripts, const Options& options,
                             PacketSink sink) {
  const RunOptions run_options{.switches = options.switches,
                               .definitions = options.definitions,
                               .narrate = options.narrate,
                               .sink = std::move(sink)};
  std::vector<std::string> sources;
  for (const std::string& script : scripts) sources.push_back(read_file(script));
  std::vector<Verdict> verdicts(scripts.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < scripts.size(); i = next++)
      verdicts[i] = options.on == Options::On::kernel
                        ? run_on_kernel(scripts[i], sources[i], run_options)
                        : run_script(scripts[i], sources[i], run_options);
  };
  std::vector<std::jthread> helpers;
  for (unsigned i = 1; i < options.jobs; ++i) helpers.emplace_back(work);
  work();
  helpers.clear();
  return verdicts;
}

// Replaces this process by gdb, with the same arguments but --gdb.
[[noreturn]] void debug(const Options& options, const std::string& program) {
  std::vector<std::string> command = {"gdb", "-q"};
  if (fs::exists("scripts/gdb/tcpstack.gdb")) {
    command.emplace_back("-x");
    command.emplace_back("scripts/gdb/tcpstack.gdb");
  }
  command.insert(command.end(), {"--args", program, "-v"});
  command.insert(command.end(), options.without_gdb.begin(), options.without_gdb.end());
  fmt::print("{}\n", fmt::join(command, " "));
  std::fflush(stdout);
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execvp("gdb", arguments.data());
  throw std::runtime_error("gdb is not there (apt install gdb); the line above is its command");
}

int exit_code(const std::array<std::size_t, 4>& counts) {
  const auto of = [&](Verdict::Kind kind) { return counts[static_cast<std::size_t>(kind)]; };
  if (of(Verdict::Kind::malformed) > 0) return 2;
  return of(Verdict::Kind::failed) + of(Verdict::Kind::unsupported) > 0 ? 1 : 0;
}

}  // namespace

int run(const Options& options, const std::string& program) {
  if (options.gdb) debug(options, program);
  if (options.on == Options::On::kernel) {
    if (const auto reason = reason_against_kernel()) throw std::runtime_error(*reason);
    fmt::print("on Linux {}\n", kernel_release());
  }
  const std::vector<std::string> scripts = find_scripts(options.scripts);
  std::optional<Capture> capture;
  if (!options.capture.empty()) {
    if (scripts.size() > 1) throw std::runtime_error("--capture takes one script");
    capture.emplace(options.capture);
  }
  std::array<std::size_t, 4> counts{};
  for (const Verdict& verdict :
       run_all(scripts, options, capture ? capture->sink() : PacketSink())) {
    ++counts[static_cast<std::size_t>(verdict.kind)];
    const bool malformed = verdict.kind == Verdict::Kind::malformed;
    fmt::print(malformed ? stderr : stdout, "{}", to_text(verdict, options.verbose));
  }
  if (capture) capture->finish();
  if (scripts.size() > 1)
    fmt::print("{} passed, {} failed, {} unsupported, {} malformed\n", counts[0], counts[1],
               counts[2], counts[3]);
  return exit_code(counts);
}

}  // namespace tcpstack::drill
