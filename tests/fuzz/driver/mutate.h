// Inputs for a fuzz target, made from a seed: the same seed and corpus give the same input.
#pragma once

#include <cstdint>
#include <vector>

namespace tcpstack::fuzz {

using Input = std::vector<std::uint8_t>;

// Random bytes if the corpus is empty. Otherwise one or two of its files, changed in a few places: bits, bytes, numbers
// and lines. At most `kLargestInput` bytes.
Input input_of(std::uint64_t seed, const std::vector<Input>& corpus);

inline constexpr std::size_t kLargestInput = 4096;

}  // namespace tcpstack::fuzz
