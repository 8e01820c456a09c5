#include "apps/tcpstack/services/chat_text.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tcpstack::app {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

struct Lead {
  std::size_t size;     // bytes of the whole sequence; 0: no sequence begins with this byte
  std::uint32_t bits;   // bits of the character in the first byte
  std::uint32_t least;  // a smaller character in a sequence of that size is overlong
};

// RFC 3629 section 3.
Lead lead_of(std::uint8_t byte) {
  if (byte < 0x80) return {1, byte, 0};
  if (byte >= 0xc2 && byte < 0xe0) return {2, byte & 0x1fU, 0x80};
  if (byte >= 0xe0 && byte < 0xf0) return {3, byte & 0x0fU, 0x800};
  if (byte >= 0xf0 && byte < 0xf5) return {4, byte & 0x07U, 0x10000};
  return {0, 0, 0};
}

bool is_visible(std::uint32_t character) {
  const bool is_control = character < 0x20 || (character >= 0x7f && character < 0xa0);
  const bool is_surrogate = character >= 0xd800 && character < 0xe000;
  return !is_control && !is_surrogate && character <= 0x10ffff;
}

// The size of the visible character at the beginning of `text`; 0: there is none.
std::size_t visible_size(std::string_view text) {
  const Lead lead = lead_of(static_cast<std::uint8_t>(text.front()));
  if (lead.size == 0 || lead.size > text.size()) return 0;
  std::uint32_t character = lead.bits;
  for (const char c : text.substr(1, lead.size - 1)) {
    const auto byte = static_cast<std::uint8_t>(c);
    if ((byte & 0xc0U) != 0x80) return 0;
    character = character << 6 | (byte & 0x3fU);
  }
  return character >= lead.least && is_visible(character) ? lead.size : 0;
}

}  // namespace

void LineSplitter::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    // One byte more than the longest line: it may be the CR of the line's end.
    if (current_.text.size() + part.size() > longest_ + 1) current_.too_long = true;
    if (current_.too_long) {
      current_.text.clear();
    } else {
      current_.text += part;
    }
    if (end == std::string_view::npos) return;
    end_line();
    bytes.remove_prefix(end + 1);
  }
}

void LineSplitter::end_line() {
  if (current_.text.ends_with('\r')) current_.text.pop_back();
  if (current_.text.size() > longest_) current_ = {.text = {}, .too_long = true};
  lines_.push_back(std::exchange(current_, {}));
}

std::optional<LineSplitter::Line> LineSplitter::next() {
  if (lines_.empty()) return {};
  Line line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t size = visible_size(text);
    result += size == 0 ? kReplacement : text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace tcpstack::app
