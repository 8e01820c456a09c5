// Bytes in the form for people, for golden packets: "45 00 00 53", with any white space.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tcpstack::test {

// Requires an even number of hexadecimal digits; skips all other characters.
inline std::vector<std::uint8_t> from_hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (std::string_view("0123456789abcdefABCDEF").contains(c)) digits += c;
  }
  std::vector<std::uint8_t> bytes(digits.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::from_chars(&digits[2 * i], &digits[2 * i] + 2, bytes[i], 16);
  }
  return bytes;
}

}  // namespace tcpstack::test
