// Text between people at terminals: cut into lines, and made safe for another terminal.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace tcpstack::app {

// Cuts a stream of bytes into lines, which end with LF or CR LF. It keeps at most `longest` bytes of an unfinished
// line; of a longer line it keeps only the fact.
class LineSplitter {
 public:
  struct Line {
    std::string text;       // without its end
    bool too_long = false;  // then `text` is empty
  };

  explicit LineSplitter(std::size_t longest) : longest_(longest) {}

  void feed(std::string_view bytes);
  // The next whole line, if there is one.
  std::optional<Line> next();

 private:
  void end_line();

  std::size_t longest_;
  Line current_;
  std::deque<Line> lines_;
};

// `text` in UTF-8, with only visible characters. A control character (which could move the reader's cursor or
// rename the window) and each byte that is not UTF-8 (RFC 3629) become U+FFFD.
std::string printable(std::string_view text);

// `text` without blanks at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace tcpstack::app
