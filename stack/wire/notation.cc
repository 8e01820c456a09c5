// The one notation for a segment, written. notation_read.cc reads it.
//
//   flags first:end(length) [ack N] [win N] [urg N] [<option,option,...>]
//
// Options are shown from their bytes, either the peer's or those of write_tcp_options(): the text shows the bytes
// on the wire.
#include "stack/wire/notation.h"

#include <algorithm>
#include <array>

#include "stack/wire/control_letters.h"

namespace tcpstack::wire {
namespace {

std::string control_bits_text(const ControlBits& control) {
  std::string text;
  for (const auto& [letter, bit] : kControlLetters) {
    if (control.*bit) text += letter;
  }
  return text.empty() ? "-" : text;
}

std::string hex(Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

std::string sack_text(Bytes data, std::uint32_t base) {
  std::string text = "sack";
  for (; !data.empty(); data = data.subspan(8)) {
    text += ' ' + std::to_string(load_be32(&data[0]) - base);
    text += ':' + std::to_string(load_be32(&data[4]) - base);
  }
  return text;
}

std::string fast_open_text(std::string_view name, Bytes cookie) {
  return std::string(name) + (cookie.empty() ? "" : " ") + hex(cookie);
}

std::string unknown_text(OptionKind kind, Bytes data) {
  const std::string number = std::to_string(static_cast<unsigned>(kind));
  return "unknown-" + number + (data.empty() ? "" : " ") + hex(data);
}

std::string option_text(OptionKind kind, Bytes data, std::uint32_t base) {
  switch (kind) {
    case OptionKind::end_of_list: return "eol";
    case OptionKind::no_operation: return "nop";
    case OptionKind::maximum_segment_size: return "mss " + std::to_string(load_be16(&data[0]));
    case OptionKind::window_scale: return "wscale " + std::to_string(data[0]);
    case OptionKind::sack_permitted: return "sackOK";
    case OptionKind::sack: return sack_text(data, base);
    case OptionKind::timestamps:
      return "TS val " + std::to_string(load_be32(&data[0])) + " ecr " +
             std::to_string(load_be32(&data[4]));
    case OptionKind::fast_open: return fast_open_text("FO", data);
    case OptionKind::experimental:
      if (data.size() < 2 || load_be16(&data[0]) != kFastOpenIdentifier) break;
      return fast_open_text("FOEXP", data.subspan(2));
  }
  return unknown_text(kind, data);
}

std::string options_text(Bytes rest, std::uint32_t base) {
  std::string text;
  while (!rest.empty()) {
    const auto kind = static_cast<OptionKind>(rest[0]);
    if (!text.empty()) text += ',';
    if (kind == OptionKind::end_of_list) return text + "eol";  // the rest is padding
    if (kind == OptionKind::no_operation) {
      text += "nop";
      rest = rest.subspan(1);
      continue;
    }
    const std::size_t length = rest.size() < 2 ? 0 : rest[1];
    if (length < 2 || length > rest.size()) return text + unknown_text(kind, rest.subspan(1));
    const Bytes data = rest.first(length).subspan(2);
    text +=
        is_length_right(kind, length) ? option_text(kind, data, base) : unknown_text(kind, data);
    rest = rest.subspan(length);
  }
  return text;
}

// More than a header can hold: a parsed list may have been written without alignment.
constexpr std::size_t kLargestOptions = 4 + 12 + 4 + 20 + 36;

}  // namespace

std::string to_notation(const TcpHeader& header, std::size_t length, RelativeTo base) {
  std::array<std::uint8_t, kLargestOptions> options;
  const std::size_t size = write_tcp_options(header.options, options);
  return to_notation(header, Bytes(options).first(size), length, base);
}

std::string to_notation(const TcpHeader& header, Bytes options, std::size_t length,
                        RelativeTo base) {
  const std::uint32_t first = header.sequence - base.sequence;
  const std::uint32_t end = first + static_cast<std::uint32_t>(length);
  std::string text = control_bits_text(header.control) + ' ' + std::to_string(first) + ':' +
                     std::to_string(end) + '(' + std::to_string(length) + ')';
  if (header.control.ack) {
    text += " ack " + std::to_string(header.acknowledgment - base.acknowledgment);
  }
  text += " win " + std::to_string(header.window);
  if (header.control.urg) text += " urg " + std::to_string(header.urgent_pointer);
  if (!options.empty()) text += " <" + options_text(options, base.acknowledgment) + '>';
  return text;
}

}  // namespace tcpstack::wire
