// The one notation for a segment, read from left to right up to the first fault. notation.cc writes it, and shows
// its grammar.
#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "stack/wire/control_letters.h"
#include "stack/wire/notation.h"

namespace tcpstack::wire {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A place in the text. After the first failure it finds nothing, and keeps that failure.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool failed() const { return error_.has_value(); }
  [[nodiscard]] const NotationError& error() const { return *error_; }
  [[nodiscard]] std::size_t offset() const { return at_; }
  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] char next() const { return at_end() ? '\0' : text_[at_]; }

  void fail(std::size_t offset, std::string expected) {
    if (!error_) error_ = {offset, std::move(expected)};
  }

  void skip_spaces() {
    while (next() == ' ') ++at_;
  }

  // Moves past `c` if it is next.
  bool take(char c) {
    if (failed() || next() != c) return false;
    ++at_;
    return true;
  }

  // Moves past `word` and the spaces after it, if it is next as a whole word.
  bool take_word(std::string_view word) {
    const std::string_view rest = text_.substr(at_);
    if (failed() || !rest.starts_with(word)) return false;
    if (rest.size() > word.size() && is_letter_or_digit(rest[word.size()])) return false;
    at_ += word.size();
    skip_spaces();
    return true;
  }

  void expect(char c) {
    if (!take(c)) fail(at_, std::string("'") + c + "'");
  }

  std::uint32_t expect_number(std::uint32_t largest = std::numeric_limits<std::uint32_t>::max()) {
    if (failed()) return 0;
    std::uint32_t number = 0;
    const char* const end = text_.data() + text_.size();
    const auto [stopped, error] = std::from_chars(text_.data() + at_, end, number);
    if (error != std::errc{} || number > largest) {
      fail(at_, "a number up to " + std::to_string(largest));
      return 0;
    }
    at_ = static_cast<std::size_t>(stopped - text_.data());
    return number;
  }

  template <typename Number>
  Number expect_number_as() {
    return static_cast<Number>(expect_number(std::numeric_limits<Number>::max()));
  }

  // Moves past the letters and digits that come next.
  std::string_view take_letters_and_digits() {
    const std::size_t begin = at_;
    while (!failed() && is_letter_or_digit(next())) ++at_;
    return text_.substr(begin, at_ - begin);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<NotationError> error_;
};

// A letter for each bit, in any order, or "-" for none.
ControlBits read_control_bits(Reader& in) {
  ControlBits control;
  if (in.take('-')) return control;
  do {
    const auto is_next = [&in](const auto& letter) { return letter.first == in.next(); };
    const auto* const found = std::ranges::find_if(kControlLetters, is_next);
    if (found == kControlLetters.end()) {
      in.fail(in.offset(), "a control bit, one of SFRP.UEW, or -");
      return control;
    }
    control.*(found->second) = true;
    in.take(found->first);
  } while (!in.at_end() && in.next() != ' ');
  return control;
}

// first:end(length)
void read_sequence_and_length(Reader& in, NotedSegment& segment) {
  const std::uint32_t first = in.expect_number();
  in.expect(':');
  const std::size_t end_offset = in.offset();
  const std::uint32_t end = in.expect_number();
  in.expect('(');
  const std::uint32_t length = in.expect_number();
  in.expect(')');
  if (end != first + length) {
    in.fail(end_offset, std::to_string(first + length) + ", the first number plus the length");
  }
  segment.header.sequence = first;
  segment.length = length;
}

SackBlocks read_sack_blocks(Reader& in, std::uint32_t base) {
  SackBlocks blocks;
  do {
    if (blocks.size() == SackBlocks::static_capacity) in.fail(in.offset(), "at most 4 blocks");
    const std::uint32_t left = in.expect_number();
    in.expect(':');
    const std::uint32_t right = in.expect_number();
    if (in.failed()) return blocks;
    blocks.push_back({left + base, right + base});
    in.skip_spaces();
  } while (in.next() != ',' && in.next() != '>');
  return blocks;
}

Timestamps read_timestamps(Reader& in) {
  Timestamps timestamps;
  if (!in.take_word("val")) in.fail(in.offset(), "val");
  timestamps.value = in.expect_number();
  in.skip_spaces();
  if (!in.take_word("ecr")) in.fail(in.offset(), "ecr");
  timestamps.echo_reply = in.expect_number();
  return timestamps;
}

FastOpenCookie read_cookie(Reader& in) {
  const std::size_t begin = in.offset();
  const std::string_view digits = in.take_letters_and_digits();
  FastOpenCookie cookie;
  for (std::size_t i = 0; i + 1 < digits.size() && cookie.size() < cookie.capacity(); i += 2) {
    std::uint8_t byte = 0;
    const char* const pair = digits.data() + i;
    if (std::from_chars(pair, pair + 2, byte, 16).ptr == pair + 2) cookie.push_back(byte);
  }
  const bool is_size_right = cookie.empty() || (cookie.size() >= 4 && cookie.size() % 2 == 0);
  if (digits.size() != 2 * cookie.size() || !is_size_right) {
    in.fail(begin, "a cookie of 4 to 16 bytes, an even number, in hexadecimal");
  }
  return cookie;
}

void read_option(Reader& in, std::uint32_t base, TcpOptions& options) {
  if (in.take_word("nop") || in.take_word("eol")) return;
  if (in.take_word("mss")) {
    options.maximum_segment_size = in.expect_number_as<std::uint16_t>();
  } else if (in.take_word("wscale")) {
    options.window_scale = in.expect_number_as<std::uint8_t>();
  } else if (in.take_word("sackOK")) {
    options.sack_permitted = true;
  } else if (in.take_word("sack")) {
    options.sack = read_sack_blocks(in, base);
  } else if (in.take_word("TS")) {
    options.timestamps = read_timestamps(in);
  } else if (in.take_word("FO")) {
    options.fast_open.emplace(read_cookie(in));
  } else if (in.take_word("FOEXP")) {
    options.fast_open.emplace(read_cookie(in));
    options.fast_open_experimental = true;
  } else {
    in.fail(in.offset(), "an option: mss, wscale, sackOK, sack, TS, FO, FOEXP, nop or eol");
  }
}

TcpOptions read_options(Reader& in, std::uint32_t base) {
  TcpOptions options;
  if (!in.take('<')) return options;
  in.skip_spaces();
  if (in.take('>')) return options;
  do {
    in.skip_spaces();
    read_option(in, base, options);
    in.skip_spaces();
  } while (in.take(','));
  if (!in.take('>')) in.fail(in.offset(), "',' or '>'");
  return options;
}

// The fields that may follow the sequence numbers, in this order.
void read_fields(Reader& in, RelativeTo base, TcpHeader& header) {
  in.skip_spaces();
  if (in.take_word("ack")) header.acknowledgment = in.expect_number() + base.acknowledgment;
  in.skip_spaces();
  if (in.take_word("win")) header.window = in.expect_number_as<std::uint16_t>();
  in.skip_spaces();
  if (in.take_word("urg")) header.urgent_pointer = in.expect_number_as<std::uint16_t>();
  in.skip_spaces();
  header.options = read_options(in, base.acknowledgment);
  in.skip_spaces();
  if (!in.at_end()) in.fail(in.offset(), "ack, win, urg, <options>, in this order, or the end");
}

}  // namespace

std::expected<NotedSegment, NotationError> from_notation(std::string_view text, RelativeTo base) {
  Reader in(text);
  NotedSegment segment;
  in.skip_spaces();
  segment.header.control = read_control_bits(in);
  in.expect(' ');
  in.skip_spaces();
  read_sequence_and_length(in, segment);
  segment.header.sequence += base.sequence;
  read_fields(in, base, segment.header);
  if (in.failed()) return std::unexpected(in.error());
  return segment;
}

}  // namespace tcpstack::wire
