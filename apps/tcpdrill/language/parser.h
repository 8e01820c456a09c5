// Parses the text of a script into its tree: recursive descent, a function for each rule of the grammar in
// docs/tcpdrill.md. packet_parser.cc has the rules for packets, call_parser.cc those for calls.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "apps/tcpdrill/language/lexer.h"
#include "apps/tcpdrill/language/script.h"

namespace tcpstack::drill {

// -D NAME=VALUE
using Definitions = std::map<std::string, std::string, std::less<>>;

// Throws Malformed, with the offset into `source`, or Unsupported.
Script parse_script(std::string name, std::string source, const Definitions& definitions = {});

// ---- the rules, for parser.cc

Packet parse_packet(Lexer& in, const Definitions& definitions);
Call parse_call(Lexer& in, const Definitions& definitions);

// A whole number up to `largest`; the next token has to be one.
std::uint64_t parse_number(Lexer& in, std::uint64_t largest);
// Seconds: "0.3", ".3", "3".
Duration parse_seconds(Lexer& in);

}  // namespace tcpstack::drill
