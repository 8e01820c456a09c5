// One line of the story that tcpstack tells: a segment, a transition, a drop, an alarm, a note.
//
// A Line is a value that needs neither the stack nor a terminal, and the functions that write it out
// are pure: what the narrator prints, what Wireshark shows as a packet's comment, and what a program
// reads as JSON are three views of it, and each is tested as text.
//
// Next: narrator.h makes Lines out of the trace stream; printer.h and capture.h hand them on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "stack/base/time.h"
#include "stack/tcp/state.h"
#include "stack/wire/address.h"

namespace tcpstack::app {

enum class LineKind : std::uint8_t { segment_in, segment_out, transition, drop, alarm, note };

struct Line {
  LineKind kind = LineKind::note;
  bool detail = false;  // for --log-level debug only
  Time at;              // since the start
  // Both ends as our host sees them. Unspecified where neither connection nor packet is known; without
  // a port where the packet could not be read so far.
  Endpoint local;
  Endpoint remote;
  std::string what;   // the segment in the one notation; the drop's, the alarm's name; else empty
  tcp::State from{};  // of a transition
  tcp::State to{};
  std::string why;     // "SYN to a listening port"; may be empty
  std::string clause;  // "RFC 9293 3.10.7.2"; may be empty

  [[nodiscard]] bool has_connection() const { return remote.port != 0; }
};

struct TextStyle {
  std::size_t width = 120;  // columns; a why that does not fit goes to a line of its own
  bool colors = false;      // ANSI escapes, for a terminal
};

// "LISTEN -> SYN_RECEIVED  SYN to a listening port (RFC 9293 3.10.7.2)": what happened and why.
std::string to_sentence(const Line& line);

// For people: time in seconds, connection, direction, and the sentence. No newline at the end; one
// inside, where the why was moved.
std::string to_text(const Line& line, TextStyle style = {});

// For programs: one JSON object without a newline. Members that are empty are left out.
std::string to_json(const Line& line);

}  // namespace tcpstack::app
