#include "apps/tcpcat/hex_dump.h"

#include <algorithm>

#include <fmt/format.h>

namespace tcpstack::cat {

namespace {

constexpr std::size_t kPerLine = 16;
constexpr std::size_t kHexWidth = 3 * kPerLine;

}  // namespace

std::string hex_dump(Bytes bytes, std::size_t offset) {
  std::string dump;
  while (!bytes.empty()) {
    const Bytes line = bytes.first(std::min(bytes.size(), kPerLine));
    std::string hex;
    std::string text;
    for (const std::uint8_t byte : line) {
      hex += fmt::format("{:02x} ", byte);
      text += byte >= ' ' && byte <= '~' ? static_cast<char>(byte) : '.';
    }
    dump += fmt::format("{:08x}  {:<{}} |{}|\n", offset, hex, kHexWidth, text);
    offset += line.size();
    bytes = bytes.subspan(line.size());
  }
  return dump;
}

}  // namespace tcpstack::cat
