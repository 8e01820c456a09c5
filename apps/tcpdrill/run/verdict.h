// The result of a script, and its text.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "apps/tcpdrill/language/parser.h"
#include "apps/tcpdrill/language/switches.h"
#include "apps/tcpdrill/run/wire_tap.h"

namespace tcpstack::drill {

struct Verdict {
  enum class Kind : std::uint8_t { passed, failed, unsupported, malformed };
  Kind kind = Kind::passed;
  std::string script;
  std::size_t line = 0;    // of the event that failed; 0: the script as a whole
  std::size_t column = 0;  // of the malformed word
  std::string source;      // the text of that line
  std::string why;         // the difference, the unsupported or the expected word
  std::string switches;    // " (psh=lax)"
  std::vector<std::string> story;
};

struct RunOptions {
  Switches switches;
  Definitions definitions;
  bool narrate = false;
  PacketSink sink;
  WorldMaker make_world;  // empty: our stack
};

// Runs the script in `source`, even a malformed one.
Verdict run_script(const std::string& name, const std::string& source, const RunOptions& options);

// The printed text: one line for a passed script; the story, the difference and the script's line for a failed one.
// With `verbose` every script has its story.
std::string to_text(const Verdict& verdict, bool verbose);

}  // namespace tcpstack::drill
