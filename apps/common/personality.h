// Other systems on the wire: the options of their SYN, their windows, their timeouts. The figures come from the
// labs' captures (docs/labs) where these show them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "stack/config.h"

namespace tcpstack::app {

struct Personality {
  std::string_view name;
  std::string_view summary;  // a few words for --help
  void (*put_on)(TcpConfig& tcp);
};

// In the order of --help.
std::span<const Personality> personalities();
std::vector<std::string_view> personality_names();

// nullptr: no personality has this name.
const Personality* find_personality(std::string_view name);

}  // namespace tcpstack::app
