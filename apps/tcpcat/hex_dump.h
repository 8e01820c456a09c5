// A hex dump: offset, sixteen bytes in hexadecimal, and the same as text.
#pragma once

#include <cstddef>
#include <string>

#include "stack/base/bytes.h"

namespace tcpstack::cat {

// One line for each sixteen bytes; the first byte has offset `offset`.
// "00000000  2c 37 42                                         |,7B|"
std::string hex_dump(Bytes bytes, std::size_t offset);

}  // namespace tcpstack::cat
