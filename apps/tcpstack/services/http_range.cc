#include "apps/tcpstack/services/http_range.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace tcpstack::app {
namespace {

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Reads all of `text` as a number.
template <typename Number>
std::optional<Number> parse_number(std::string_view text, int base = 10) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, ec] = std::from_chars(text.data(), end, number, base);
  if (ec != std::errc{} || stop != end || text.front() == '-') return std::nullopt;
  return number;
}

}  // namespace

std::string http_date(std::time_t time) {
  std::tm tm{};
  gmtime_r(&time, &tm);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                     kDays.at(static_cast<std::size_t>(tm.tm_wday)), tm.tm_mday,
                     kMonths.at(static_cast<std::size_t>(tm.tm_mon)), tm.tm_year + 1900, tm.tm_hour,
                     tm.tm_min, tm.tm_sec);
}

std::optional<std::time_t> parse_http_date(std::string_view text) {
  constexpr std::string_view kExample = "Sun, 06 Nov 1994 08:49:37 GMT";
  if (text.size() != kExample.size()) return std::nullopt;
  const auto part = [&](std::size_t begin, std::size_t size) {
    return parse_number<int>(text.substr(begin, size));
  };
  const auto month = std::ranges::find(kMonths, text.substr(8, 3));
  const auto day = part(5, 2);
  const auto year = part(12, 4);
  const auto hour = part(17, 2);
  const auto minute = part(20, 2);
  const auto second = part(23, 2);
  if (month == kMonths.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  std::tm tm{};
  tm.tm_year = *year - 1900;
  tm.tm_mon = static_cast<int>(month - kMonths.begin());
  tm.tm_mday = *day;
  tm.tm_hour = *hour;
  tm.tm_min = *minute;
  tm.tm_sec = *second;
  const std::time_t time = timegm(&tm);
  // A field out of its range, also a wrong day of the week, gives another date.
  return http_date(time) == text ? std::optional(time) : std::nullopt;
}

std::expected<std::optional<ByteRange>, Unsatisfiable> parse_range(std::string_view field,
                                                                   std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const auto dash = field.find('-');
  if (!field.starts_with(kUnit) || dash == std::string_view::npos) return std::nullopt;
  const std::string_view first_text = field.substr(kUnit.size(), dash - kUnit.size());
  const std::string_view last_text = field.substr(dash + 1);
  const auto first = parse_number<std::uint64_t>(first_text);
  const auto last = parse_number<std::uint64_t>(last_text);
  if (first_text.empty() && last) {  // "-500": the last 500 bytes
    if (*last == 0 || size == 0) return std::unexpected(Unsatisfiable{});
    return ByteRange{size - std::min(*last, size), size - 1};
  }
  if (!first || (!last && !last_text.empty()) || (last && *last < *first)) return std::nullopt;
  if (*first >= size) return std::unexpected(Unsatisfiable{});
  return ByteRange{*first, std::min(last.value_or(size - 1), size - 1)};
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const auto byte = parse_number<unsigned>(text.substr(i + 1, 2), 16);
      if (!byte) return std::nullopt;
      c = static_cast<char>(*byte);
      i += 2;
    }
    if (c == '\0') return std::nullopt;
    decoded += c;
  }
  return decoded;
}

}  // namespace tcpstack::app
