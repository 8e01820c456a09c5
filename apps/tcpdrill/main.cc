// tcpdrill [OPTIONS] SCRIPT...: reads the command line and runs the scripts (program.h).
#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "apps/tcpdrill/options.h"
#include "apps/tcpdrill/program.h"

int main(int argc, char** argv) {
  using namespace tcpstack::drill;
  const auto options = parse_options({argv + 1, argv + argc});
  if (!options) {
    const Answer& answer = options.error();
    fmt::print(answer.exit_code == 0 ? stdout : stderr, "{}", answer.text);
    return answer.exit_code;
  }
  try {
    return run(*options, argv[0]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "tcpdrill: {}\n", error.what());
    return 2;
  }
}
