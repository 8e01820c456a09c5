// Commands in backquotes. No shell runs: this file reads the lines that scripts are known to use, and sets the
// configuration where a line has a meaning for this stack. Any other line is Unsupported.
#pragma once

#include <string>
#include <string_view>

#include "apps/tcpdrill/run/host.h"
#include "stack/config.h"

namespace tcpstack::drill {

// The configuration of defaults.sh, which public scripts assume.
Config default_config();

// Runs a preamble: changes `config`.
void configure(std::string_view commands, Config& config);

// Runs a command between two events, which must not change a running stack. nstat reads the stack's counters;
// throws Mismatch if the named counter is zero.
void run_command(std::string_view commands, const Host& host);

}  // namespace tcpstack::drill
