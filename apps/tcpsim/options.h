// The command line of tcpsim, checked. Parsing prints nothing and ends nothing.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "apps/common/stack_options.h"
#include "stack/sim/world.h"

namespace tcpstack::simulator {

struct Options {
  sim::WorldOptions world;
  std::uint64_t seeds = 0;  // 0: run `world`; otherwise this many random worlds, from world.seed on
  std::string plot;         // names of files; empty: none
  std::string csv;
  std::string capture;
};

// `arguments` without the program's name.
std::expected<Options, app::Answer> parse_options(const std::vector<std::string>& arguments);

}  // namespace tcpstack::simulator
