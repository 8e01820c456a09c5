// Line and column of an offset.
#include "apps/tcpdrill/language/problem.h"

#include <algorithm>

namespace tcpstack::drill {

Place place_of(std::string_view source, std::size_t offset) {
  offset = std::min(offset, source.size());
  const std::string_view before = source.substr(0, offset);
  const std::size_t newline = before.rfind('\n');
  const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  const std::size_t end = std::min(source.find('\n', begin), source.size());
  const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
  return {
      .line = lines + 1, .column = offset - begin + 1, .text = source.substr(begin, end - begin)};
}

}  // namespace tcpstack::drill
