// Makes the setup of a run from a script's options and preamble: the settings, the addresses, and the strictness of
// comparisons.
#pragma once

#include <cstdint>
#include <vector>

#include "apps/tcpdrill/language/script.h"
#include "apps/tcpdrill/language/switches.h"
#include "apps/tcpdrill/run/knobs.h"
#include "apps/tcpdrill/run/world.h"

namespace tcpstack::drill {

struct Setup {
  std::vector<Sysctl> sysctls;  // the defaults, then the script's
  Addresses addresses;
  std::uint16_t mtu = 1500;
  bool keeps_text_of_syn = false;  // --syn-text=keep
  Switches switches;
};

// `switches` come from the command line; the script's own override them. Throws Malformed, Unsupported.
Setup set_up(const Script& script, const Switches& switches);

}  // namespace tcpstack::drill
