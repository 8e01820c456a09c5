// The command line of tcpdrill, checked.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "apps/tcpdrill/language/parser.h"
#include "apps/tcpdrill/language/switches.h"

namespace tcpstack::drill {

struct Options {
  std::vector<std::string> scripts;  // files, or folders with .pkt files
  // The TCP that the scripts run against: ours in virtual time, or this machine's kernel in real time.
  enum class On : std::uint8_t { stack, kernel };
  On on = On::stack;
  Switches switches;
  Definitions definitions;
  std::string capture;  // a file's name; empty: none
  bool gdb = false;
  std::vector<std::string> without_gdb;  // all arguments but --gdb
  bool narrate = false;
  bool verbose = false;
  unsigned jobs = 1;
};

// The answer of a command line that does not run scripts: a text, and the exit code.
struct Answer {
  int exit_code = 0;
  std::string text;
};

// `arguments` without the program's name.
std::expected<Options, Answer> parse_options(const std::vector<std::string>& arguments);

}  // namespace tcpstack::drill
