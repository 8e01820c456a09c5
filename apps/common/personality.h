// How other systems look on the wire: the options of their SYN, their windows, and how long they try. The figures
// are those of the labs' captures (docs/labs) where these show them.
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

// In the order in which they are listed.
std::span<const Personality> personalities();
std::vector<std::string_view> personality_names();

// nullptr: there is none of that name.
const Personality* find_personality(std::string_view name);

}  // namespace tcpstack::app
