// The letters of the control bits in the notation, for writing and reading it (notation.h).
#pragma once

#include <array>
#include <utility>

#include "stack/wire/tcp.h"

namespace tcpstack::wire {

// In the order in which they are shown.
inline constexpr std::array<std::pair<char, bool ControlBits::*>, 8> kControlLetters = {{
    {'S', &ControlBits::syn},
    {'F', &ControlBits::fin},
    {'R', &ControlBits::rst},
    {'P', &ControlBits::psh},
    {'.', &ControlBits::ack},
    {'U', &ControlBits::urg},
    {'E', &ControlBits::ece},
    {'W', &ControlBits::cwr},
}};

}  // namespace tcpstack::wire
