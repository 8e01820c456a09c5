// The order in which other systems write the options of a SYN. Receivers take any order (RFC 9293 section 3.1); who
// looks at captures tells systems apart by it.
#pragma once

#include <cstdint>

namespace tcpstack::wire {

enum class OptionLayout : std::uint8_t {
  as_linux,    // mss | nop nop sackOK, or sackOK in front of timestamps | nop nop TS | nop wscale
  as_windows,  // mss | nop wscale | then as above: nop nop sackOK, or sackOK TS
  as_macos,    // mss | nop wscale | nop nop TS | sackOK, then zeros
  as_edge,  // as_windows, with NOPs in the place of timestamps that something on the way has taken out
};

}  // namespace tcpstack::wire
