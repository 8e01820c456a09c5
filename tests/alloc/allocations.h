// Counts what operator new is asked for. The functions of the whole program are replaced, so this is a test
// program of its own.
#pragma once

#include <cstddef>

namespace tcpstack::test {

// Calls of operator new, in all its forms, since the program began.
std::size_t allocations();

// Bytes that are held at present, as malloc hands them out.
std::size_t held_bytes();

}  // namespace tcpstack::test
