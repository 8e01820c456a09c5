// One line of the story that tcpstack prints: a segment, a transition, a drop, an alarm, a note.
//
// A Line is a value that needs neither the stack nor a terminal, and the functions that write it are pure. The
// narrator's text, the packet comment in Wireshark and the JSON for programs are three views of it, each tested as
// text.
//
// Next: narrator.h makes Lines from the trace stream; printer.h and capture.h write them.
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
  // Both ends as our host sees them. Unspecified if neither connection nor packet is known; without a port if the
  // packet's ports could not be read.
  Endpoint local;
  Endpoint remote;
  std::string what;   // the segment in the one notation, or the name of the drop or alarm, or empty
  tcp::State from{};  // of a transition
  tcp::State to{};
  std::string why;     // "SYN to a listening port"; may be empty
  std::string clause;  // "RFC 9293 3.10.7.2"; may be empty

  [[nodiscard]] bool has_connection() const { return remote.port != 0; }
};

struct TextStyle {
  std::size_t width = 120;  // columns; a reason that does not fit gets a line of its own
  bool colors = false;      // ANSI escapes, for a terminal
};

// "LISTEN -> SYN_RECEIVED  SYN to a listening port (RFC 9293 3.10.7.2)": the event and its reason.
std::string to_sentence(const Line& line);

// For people: time in seconds, connection, direction, and the sentence. It has no newline at the end, but one
// inside if the reason has a line of its own.
std::string to_text(const Line& line, TextStyle style = {});

// For programs: one JSON object without a newline. Empty members are left out.
std::string to_json(const Line& line);

}  // namespace tcpstack::app
