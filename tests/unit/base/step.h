// The place of a test of random operations. Printed with a failure, it is enough to see the failure again: the
// operations follow from the seed.
#pragma once

#include <cstdint>
#include <ostream>

namespace tcpstack::base {

struct Step {
  std::uint64_t seed;
  int number = 0;
};

inline std::ostream& operator<<(std::ostream& out, const Step& at) {
  return out << "seed " << at.seed << ", step " << at.number << '\n';
}

}  // namespace tcpstack::base
