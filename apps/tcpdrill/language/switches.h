// How strictly a run compares: options of the runner, which a script may set, too (--psh=exact).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "stack/base/time.h"

namespace tcpstack::drill {

// Linux sets PSH at the end of every burst that it passes down; we set it at the end of the user's data.
enum class Psh : std::uint8_t {
  exact,       // as written
  with_linux,  // a PSH of the script may be missing
  lax,         // not compared
};

struct Switches {
  Duration tolerance{4000};
  Psh psh = Psh::with_linux;
  bool any_window_scale = false;
  bool any_option_order = false;
  bool strict_segments = false;           // no joining of consecutive segments
  bool unread_fails = false;              // fail if a packet is left that no event expects
  std::uint32_t peer_isn = 0;             // added to every number of the peer's SYN
  std::optional<std::uint32_t> our_isn;   // of our first SYN; empty: the stack's choice
  std::int64_t timestamp_tick_usecs = 0;  // 0: timestamps are not compared
};

// The switches without their default values, for the verdict: " (psh=lax)"; "" for none.
std::string describe(const Switches& switches);

}  // namespace tcpstack::drill
