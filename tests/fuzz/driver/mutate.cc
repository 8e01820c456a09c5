// See mutate.h.
#include "tests/fuzz/driver/mutate.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

#include "stack/base/random.h"

namespace tcpstack::fuzz {
namespace {

using base::Random;

std::size_t place_in(Random& random, std::size_t size) {
  return random.below(static_cast<std::uint32_t>(size));
}

// Most inputs are short, some are long.
Input random_bytes(Random& random) {
  Input input(1 + (place_in(random, kLargestInput) >> random.below(6)));
  for (std::uint8_t& byte : input) byte = static_cast<std::uint8_t>(random.next());
  return input;
}

struct Span {
  std::size_t begin;
  std::size_t end;
};

// The line around a place, with its newline.
Span line_at(const Input& input, std::size_t place) {
  const auto at = input.begin() + static_cast<std::ptrdiff_t>(place);
  const auto before = std::find(std::make_reverse_iterator(at), input.rend(), '\n').base();
  const auto after = std::find(at, input.end(), '\n');
  const auto end = after - input.begin() + (after == input.end() ? 0 : 1);
  return {static_cast<std::size_t>(before - input.begin()), static_cast<std::size_t>(end)};
}

// The run of digits at or behind a place; empty at the end of the input: there is none.
Span number_behind(const Input& input, std::size_t place) {
  std::size_t begin = place;
  while (begin < input.size() && std::isdigit(input[begin]) == 0) ++begin;
  std::size_t end = begin;
  while (end < input.size() && std::isdigit(input[end]) != 0) ++end;
  return {begin, end};
}

Input part(const Input& input, Span span) {
  return {input.begin() + static_cast<std::ptrdiff_t>(span.begin),
          input.begin() + static_cast<std::ptrdiff_t>(span.end)};
}

void replace(Input& input, Span span, const Input& with) {
  Input result = part(input, {0, span.begin});
  result.insert(result.end(), with.begin(), with.end());
  const Input rest = part(input, {span.end, input.size()});
  result.insert(result.end(), rest.begin(), rest.end());
  input = std::move(result);
}

void change_number(Input& input, Random& random) {
  static constexpr std::string_view kNumbers[] = {
      "0",           "1",          "2",     "-1",    "65535",      "65536",
      "2147483647",  "2147483648", "32768", "32767", "4294967295", "4294967296",
      "99999999999", "1460",       "1.5",   "007"};
  const std::string_view number = kNumbers[random.below(std::size(kNumbers))];
  replace(input, number_behind(input, place_in(random, input.size())),
          Input(number.begin(), number.end()));
}

void change_lines(Input& input, Random& random) {
  const Span one = line_at(input, place_in(random, input.size()));
  const Span other = line_at(input, place_in(random, input.size()));
  switch (random.below(3)) {
    case 0: return replace(input, one, {});
    case 1: return replace(input, {one.begin, one.begin}, part(input, other));
    default: return replace(input, one, part(input, other));
  }
}

void change_bytes(Input& input, Random& random) {
  const std::size_t at = place_in(random, input.size());
  const auto byte = static_cast<std::uint8_t>(random.next());
  switch (random.below(4)) {
    case 0: input[at] ^= static_cast<std::uint8_t>(1U << random.below(8)); break;
    case 1: input[at] = byte; break;
    case 2: return replace(input, {at, at + 1}, {});
    default: return replace(input, {at, at}, {byte});
  }
}

void change(Input& input, Random& random, const std::vector<Input>& corpus) {
  if (input.empty()) return;
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2: return change_bytes(input, random);
    case 3:
    case 4: return change_number(input, random);
    case 5:
    case 6: return change_lines(input, random);
    default: {  // from somewhere on another file
      const Input& other = corpus[random.below(static_cast<std::uint32_t>(corpus.size()))];
      if (other.empty()) return;
      const Span line = line_at(other, place_in(random, other.size()));
      const std::size_t at = line_at(input, place_in(random, input.size())).begin;
      return replace(input, {at, input.size()}, part(other, {line.begin, other.size()}));
    }
  }
}

}  // namespace

Input input_of(std::uint64_t seed, const std::vector<Input>& corpus) {
  Random random(seed);
  if (corpus.empty()) return random_bytes(random);
  Input input = corpus[random.below(static_cast<std::uint32_t>(corpus.size()))];
  const std::uint32_t changes = 1 + random.below(8);
  for (std::uint32_t i = 0; i < changes; ++i) change(input, random, corpus);
  input.resize(std::min(input.size(), kLargestInput));
  return input;
}

}  // namespace tcpstack::fuzz
