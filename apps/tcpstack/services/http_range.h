// The small grammars of HTTP that Beast leaves to its users: dates, ranges, percent-encoding (RFC 9110, RFC 3986).
#pragma once

#include <cstdint>
#include <ctime>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace tcpstack::app {

// RFC 9110 section 5.6.7, IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT". Returns nothing for other forms.
std::string http_date(std::time_t time);
std::optional<std::time_t> parse_http_date(std::string_view text);

// The bytes first to last, both included.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  [[nodiscard]] std::uint64_t size() const { return last - first + 1; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};
struct Unsatisfiable {
  friend bool operator==(const Unsatisfiable&, const Unsatisfiable&) = default;
};

// RFC 9110 section 14.2: the Range field of a request for `size` bytes. Nothing means all bytes: the field is
// empty, not understood, or asks for several ranges, which a server may ignore.
std::expected<std::optional<ByteRange>, Unsatisfiable> parse_range(std::string_view field,
                                                                   std::uint64_t size);

// RFC 3986 section 2.1. Returns nothing for a malformed text, or one with a NUL.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace tcpstack::app
