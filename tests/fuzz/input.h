// The bytes of one fuzz input, a few at a time, and what a target does when something is wrong.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "stack/base/bytes.h"

namespace tcpstack::test {

// Ends the run like a crash does, unless the condition holds.
inline void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

// Gives zeros when its bytes are used up.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : bytes_(data, size) {}
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t first = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return first;
  }
  std::uint16_t word() {
    const unsigned high = byte();
    return static_cast<std::uint16_t>(high << 8 | byte());
  }
  // From 0 to `limit` - 1. Requires 0 < limit <= 65536.
  std::uint32_t below(std::uint32_t limit) { return (limit > 256 ? word() : byte()) % limit; }
  // True for about `percent` of all bytes; false when they are used up.
  bool chance(unsigned percent) { return byte() * 100U >= (100U - percent) * 256U; }
  // One of the values; the first when the bytes are used up.
  template <class T, std::size_t N>
  const T& pick(const T (&values)[N]) {
    return values[below(N)];
  }
  std::vector<std::uint8_t> bytes(std::size_t size) {
    const Bytes taken = bytes_.first(std::min(size, bytes_.size()));
    bytes_ = bytes_.subspan(taken.size());
    return {taken.begin(), taken.end()};
  }

 private:
  Bytes bytes_;
};

}  // namespace tcpstack::test
