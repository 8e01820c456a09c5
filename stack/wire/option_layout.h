// The order in which other systems write the options of a SYN. Receivers take any order (RFC 9293 section 3.1), so
// the order shows in a capture which system sent the SYN.
#pragma once

#include <cstdint>

namespace tcpstack::wire {

enum class OptionLayout : std::uint8_t {
  as_linux,    // mss | nop nop sackOK, or sackOK in front of timestamps | nop nop TS | nop wscale
  as_windows,  // mss | nop wscale | then as above: nop nop sackOK, or sackOK TS
  as_macos,    // mss | nop wscale | nop nop TS | sackOK, then zeros
  as_edge,     // as_windows, with NOPs where the timestamps were removed
};

}  // namespace tcpstack::wire
