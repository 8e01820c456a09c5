// Commands in backquotes. No shell is run: the lines that scripts are known to use are read, and what has
// a meaning for this stack is set in its configuration. Any other line is Unsupported.
#pragma once

#include <string>
#include <string_view>

#include "apps/tcpdrill/run/host.h"
#include "stack/config.h"

namespace tcpstack::drill {

// What public scripts take for granted: the configuration that their defaults.sh makes.
Config default_config();

// A preamble: changes `config`.
void configure(std::string_view commands, Config& config);

// A command between two events: nothing that a running stack would have to change for. nstat is answered
// from the stack's counters; Mismatch when it asks for one that has not counted.
void run_command(std::string_view commands, const Host& host);

}  // namespace tcpstack::drill
