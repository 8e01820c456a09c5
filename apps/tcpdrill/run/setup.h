// Makes the setup of a run from a script's options and preamble: the stack's configuration, the addresses, and the
// strictness of comparisons.
#pragma once

#include "apps/tcpdrill/language/script.h"
#include "apps/tcpdrill/language/switches.h"
#include "apps/tcpdrill/run/calls.h"
#include "stack/config.h"

namespace tcpstack::drill {

struct Setup {
  Config config;
  Addresses addresses;
  Switches switches;
};

// `switches` come from the command line; the script's own override them. Throws Malformed, Unsupported.
Setup set_up(const Script& script, const Switches& switches);

}  // namespace tcpstack::drill
