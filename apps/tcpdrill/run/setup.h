// From a script's options and preamble to what its run needs: the stack's configuration, the addresses,
// and how strictly to compare.
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

// `switches` are those of the command line; the script's own come on top. Throws Malformed, Unsupported.
Setup set_up(const Script& script, const Switches& switches);

}  // namespace tcpstack::drill
