// What came of a script, and how it is told.
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
  std::size_t column = 0;  // of what is malformed
  std::string source;      // that line
  std::string why;         // the difference, the word, or what was expected
  std::string switches;    // " (psh=lax)"
  std::vector<std::string> story;
};

struct RunOptions {
  Switches switches;
  Definitions definitions;
  bool narrate = false;
  PacketSink sink;
};

// Runs the script in `source`, whatever it is.
Verdict run_script(const std::string& name, const std::string& source, const RunOptions& options);

// As it is printed: one line for a script that passed; the story, the difference and the line of the
// script for one that failed. With `verbose` every script has its story.
std::string to_text(const Verdict& verdict, bool verbose);

}  // namespace tcpstack::drill
