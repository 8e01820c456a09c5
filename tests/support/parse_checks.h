// Rules for any bytes and any text: values that a parser accepts survive writing and parsing. For tests with random
// input and for the fuzzers; each function returns the broken rule, or nothing.
#pragma once

#include <string>
#include <string_view>

#include "stack/base/bytes.h"

namespace tcpstack::test {

// Passes the bytes to every parser of stack/wire, as a packet and as the payload of one.
std::string disagreement(Bytes packet);

// Reads the text as a segment's notation.
std::string notation_disagreement(std::string_view text);

}  // namespace tcpstack::test
