// What must hold for any bytes and any text: what a parser accepts survives being written and parsed
// again. For the tests with random input and for the fuzzers; each function returns what went wrong,
// or nothing.
#pragma once

#include <string>
#include <string_view>

#include "stack/base/bytes.h"

namespace tcpstack::test {

// Gives the bytes to every parser of stack/wire, as a packet and as the payload of one.
std::string disagreement(Bytes packet);

// Reads the text as a segment's notation.
std::string notation_disagreement(std::string_view text);

}  // namespace tcpstack::test
