// tcpstack [OPTIONS] DEVICE: reads the command line and runs the program (program.h).
#include <csignal>
#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "apps/common/standard_descriptors.h"
#include "apps/tcpstack/options.h"
#include "apps/tcpstack/program.h"

int main(int argc, char** argv) {
  using namespace tcpstack::app;
  secure_standard_descriptors();
  const auto options = parse_options({argv + 1, argv + argc});
  if (!options) return give(options.error());
  // The reader of our output may go (`| head`); the device has to be restored all the same.
  std::signal(SIGPIPE, SIG_IGN);
  // A capture that becomes too large (ulimit -f) is an error of the capture, not the end.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    run(*options);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "tcpstack: {}\n", error.what());
    return 1;
  }
}
