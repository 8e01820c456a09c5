// tcpsim [OPTIONS]: reads the command line and runs what it describes (program.h).
#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "apps/tcpsim/options.h"
#include "apps/tcpsim/program.h"

int main(int argc, char** argv) {
  using namespace tcpstack::simulator;
  const auto options = parse_options({argv + 1, argv + argc});
  if (!options) {
    fmt::print(options.error().exit_code == 0 ? stdout : stderr, "{}", options.error().text);
    return options.error().exit_code;
  }
  try {
    return run(*options) ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "tcpsim: {}\n", error.what());
  }
  return 1;
}
