// Addresses and endpoints as text, both ways. Only dotted quads for now; see address.h.
#include "stack/wire/address.h"

#include <charconv>

namespace tcpstack {
namespace {

// Takes a number of 0 to 255 off the front of `text`. A leading zero is refused, since some
// programs read it as octal.
std::optional<std::uint8_t> take_octet(std::string_view& text) {
  std::uint8_t octet = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), octet);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || (digits > 1 && text.front() == '0')) return std::nullopt;
  text.remove_prefix(digits);
  return octet;
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  std::uint32_t v4 = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    const std::optional<std::uint8_t> octet = take_octet(text);
    if (!octet) return std::nullopt;
    v4 = v4 << 8 | *octet;
  }
  if (!text.empty()) return std::nullopt;
  return Address(v4);
}

std::string Address::to_string() const {
  std::string text;
  for (std::size_t i = 12; i < 16; ++i) {
    if (i > 12) text += '.';
    text += std::to_string(bytes_[i]);
  }
  return text;
}

std::string Endpoint::to_string() const { return address.to_string() + ':' + std::to_string(port); }

}  // namespace tcpstack
