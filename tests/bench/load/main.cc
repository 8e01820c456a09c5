// bench_load: the kernel's sockets give a server one kind of work and print the result in one line of JSON.
// scripts/bench starts it; by hand:
//
//   bench_load WORK [--server ADDRESS] [--connections N] [--seconds S] [--warm-up S] [--process PID]
//              [--source ADDRESS] [--sources N]
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

#include <fmt/format.h>
#include <getopt.h>

#include "tests/bench/load/works.h"

namespace tcpstack::bench {
namespace {

constexpr const char* kHelp = R"(bench_load WORK [OPTIONS]
WORK is upload, download, request, request-beside-upload, connect, idle or idle-after-echo.
  --server ADDRESS    with echo on port 7, discard on 9, a source on 19 [10.0.0.2]
  --connections N     at a time, or in all for idle [1]
  --seconds S         how long to measure [3], after
  --warm-up S         seconds [0.5]
  --process PID       the server's: its CPU time and memory are told, too
  --source ADDRESS    the first of the local addresses of connect and idle
  --sources N         and how many there are, one after the other [1]
)";

using Work = Report (*)(const Plan&);

const std::map<std::string, Work> kWorks{
    {"upload", upload},
    {"download", download},
    {"request", request_response},
    {"idle", idle},
    {"idle-after-echo", idle_after_echo},
    {"connect", connect_echo_close},
    {"request-beside-upload", request_beside_upload},
};

struct Arguments {
  std::string work;
  Plan plan;
  bool help = false;
};

Arguments parse(int count, char** words) {
  Arguments result;
  Plan& plan = result.plan;
  const std::map<std::string, std::function<void(const std::string&)>> readers{
      {"server", [&](const std::string& text) { plan.target.server = text; }},
      {"connections", [&](const std::string& text) { plan.connections = std::stoul(text); }},
      {"seconds", [&](const std::string& text) { plan.length = Seconds(std::stod(text)); }},
      {"warm-up", [&](const std::string& text) { plan.warm_up = Seconds(std::stod(text)); }},
      {"process", [&](const std::string& text) { plan.server = Server(std::stoi(text)); }},
      {"source", [&](const std::string& text) { plan.target.first_source = text; }},
      {"sources",
       [&](const std::string& text) {
         plan.target.sources = static_cast<unsigned>(std::stoul(text));
       }},
  };
  std::vector<option> options;
  for (const auto& [name, read] : readers) {
    options.push_back({name.c_str(), required_argument, nullptr, 0});
  }
  options.push_back({"help", no_argument, nullptr, 'h'});
  options.push_back({});
  int index = 0;
  int found = 0;
  while ((found = ::getopt_long(count, words, "h", options.data(), &index)) != -1) {
    if (found == '?') throw std::invalid_argument("see bench_load --help");
    if (found == 'h') result.help = true;
    if (found == 0) readers.at(options[static_cast<std::size_t>(index)].name)(optarg);
  }
  if (optind < count) result.work = words[optind];
  return result;
}

int run(const Arguments& arguments) {
  if (arguments.help) {
    std::fputs(kHelp, stdout);
    return 0;
  }
  const auto work = kWorks.find(arguments.work);
  if (work == kWorks.end() || arguments.plan.connections == 0) {
    std::fputs(kHelp, stderr);
    return 2;
  }
  fmt::print("{}\n", work->second(arguments.plan).json(arguments.work));
  return 0;
}

}  // namespace
}  // namespace tcpstack::bench

int main(int count, char** words) {
  tcpstack::bench::Arguments arguments;
  try {
    arguments = tcpstack::bench::parse(count, words);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_load: a mistake on the command line: {}\n", error.what());
    return 2;
  }
  try {
    return tcpstack::bench::run(arguments);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_load: {}: {}\n", arguments.work, error.what());
    return 1;
  }
}
