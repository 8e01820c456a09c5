#include "apps/tcpcat/say.h"

#include <fmt/format.h>

namespace tcpstack::cat {

void say(const Options& options, const std::string& what) {
  if (options.verbose && options.report) options.report(fmt::format("tcpcat: {}\n", what));
}

}  // namespace tcpstack::cat
