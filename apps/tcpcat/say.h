// The messages of --verbose on standard error.
#pragma once

#include <string>

#include "apps/tcpcat/options.h"

namespace tcpstack::cat {

void say(const Options& options, const std::string& what);

}  // namespace tcpstack::cat
