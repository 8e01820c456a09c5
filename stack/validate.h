// Is a configuration one that a Stack can run with? For a program, whose user has chosen its values.
//
//   if (const std::string_view wrong = tcpstack::validate(config); !wrong.empty()) fail(wrong);
//   tcpstack::Stack stack(config, seed);
#pragma once

#include <string_view>

#include "stack/config.h"

namespace tcpstack {

// Returns what is wrong, as the end of a sentence that begins with the field's name; empty: nothing.
std::string_view validate(const Config& config);

}  // namespace tcpstack
