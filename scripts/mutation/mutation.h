// Which mutation is on: scripts/mutate puts this file into its copy of the tree, and a call of on() at each place
// that the lists in tests/mutation change.
//
// The environment variable TCPSTACK_MUTATION has the number of the mutation; without it the program is the original.
#pragma once

#include <bitset>
#include <cstddef>

namespace tcpstack::mutation {

inline constexpr std::size_t kMost = 4096;  // a number is smaller

extern std::size_t chosen;          // 0: none
extern std::bitset<kMost> reached;  // since the program or the present test began: on() was asked for these

// Is this one on?
inline bool on(std::size_t number) {
  reached[number] = true;
  return chosen == number;
}

// The same for a place that the compiler may have to compute; there it is off.
constexpr bool on_if_running(std::size_t number) {
  return !__builtin_is_constant_evaluated() && on(number);
}

// Appends a line to the file that TCPSTACK_MUTATIONS_REACHED names: `test`, milliseconds, the numbers in `reached`.
void report(const char* test, long milliseconds);

}  // namespace tcpstack::mutation
