#include "apps/tcpcat/say.h"

#include <cstdio>

#include <fmt/format.h>

namespace tcpstack::cat {

void say(const Options& options, const std::string& what) {
  if (options.verbose) fmt::print(stderr, "tcpcat: {}\n", what);
}

}  // namespace tcpstack::cat
