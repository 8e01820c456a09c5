// How strictly a run compares: the runner's options, which a script may give too (--psh=exact).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "stack/base/time.h"

namespace tcpstack::drill {

// Linux sets PSH at the end of every burst that it hands down; we set it where the user's data ends.
enum class Psh : std::uint8_t {
  exact,       // as written
  with_linux,  // a PSH that the script has may be missing
  lax,         // not compared
};

struct Switches {
  Duration tolerance{4000};
  Psh psh = Psh::with_linux;
  bool any_window_scale = false;
  bool any_option_order = false;
  bool strict_segments = false;           // no joining of consecutive segments
  bool unread_fails = false;              // packets that no event has asked for, at the end
  std::uint32_t peer_isn = 0;             // added to every number that the peer's SYN has
  std::optional<std::uint32_t> our_isn;   // of our first SYN; nothing: as it comes
  std::int64_t timestamp_tick_usecs = 0;  // 0: timestamps are not compared
};

// The switches that are not as they are by default, for the verdict: " (psh=lax)"; "" for none.
std::string describe(const Switches& switches);

}  // namespace tcpstack::drill
