// The list of TCP options between bytes and values. RFC 9293 section 3.1 gives the two shapes, a
// lone kind byte (end of list, no-operation) or kind, length, data; section 3.2 and the RFCs named
// in the header give the kinds.
//
// Reading takes any order. Writing keeps Linux's order, which middleboxes and scripts expect, or the order of
// another system if a SYN has to look like its. It aligns numbers to words.
#include "stack/wire/tcp_options.h"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace tcpstack::wire {
namespace {

constexpr std::size_t kMssLength = 4;
constexpr std::size_t kWindowScaleLength = 3;
constexpr std::size_t kSackPermittedLength = 2;
constexpr std::size_t kTimestampsLength = 10;
constexpr std::size_t kSackBlockSize = 8;
constexpr std::size_t kIdentifierSize = 2;  // RFC 6994 section 3.1

// The padding to whole words.
constexpr std::size_t padding(std::size_t size) { return (4 - size % 4) % 4; }

// ---- reading ----

bool is_sack_length(std::size_t length) {
  return length > 2 && (length - 2) % kSackBlockSize == 0 &&
         (length - 2) / kSackBlockSize <= SackBlocks::static_capacity;
}

// A cookie has 4 to 16 bytes, an even number; a request for a cookie has no byte.
bool is_cookie_size(std::size_t size) {
  return size == 0 || (size >= 4 && size <= 16 && size % 2 == 0);
}

// RFC 2018 section 3
SackBlocks read_sack(Bytes data) {
  SackBlocks blocks;
  for (; !data.empty(); data = data.subspan(kSackBlockSize)) {
    blocks.push_back({.left = load_be32(&data[0]), .right = load_be32(&data[4])});
  }
  return blocks;
}

void read_fast_open(Bytes cookie, bool experimental, TcpOptions& options) {
  if (options.fast_open || !is_cookie_size(cookie.size())) return;
  options.fast_open.emplace(cookie.begin(), cookie.end());
  options.fast_open_experimental = experimental;
}

// Reads one option of a right length, unless one of its kind came before.
void read_option(OptionKind kind, Bytes data, TcpOptions& options) {
  switch (kind) {
    case OptionKind::maximum_segment_size:
      if (!options.maximum_segment_size) options.maximum_segment_size = load_be16(&data[0]);
      break;
    case OptionKind::window_scale:
      if (!options.window_scale) options.window_scale = data[0];
      break;
    case OptionKind::sack_permitted: options.sack_permitted = true; break;
    case OptionKind::sack:
      if (options.sack.empty()) options.sack = read_sack(data);
      break;
    case OptionKind::timestamps:
      if (!options.timestamps) options.timestamps = {load_be32(&data[0]), load_be32(&data[4])};
      break;
    case OptionKind::fast_open: read_fast_open(data, false, options); break;
    case OptionKind::experimental:
      if (data.size() >= kIdentifierSize && load_be16(&data[0]) == kFastOpenIdentifier)
        read_fast_open(data.subspan(kIdentifierSize), true, options);
      break;
    case OptionKind::end_of_list:
    case OptionKind::no_operation: break;
  }
}

// ---- writing ----

class Writer {
 public:
  explicit Writer(MutableBytes out) : out_(out) {}

  // Writes kind and length; returns where the data goes.
  std::uint8_t* option(OptionKind kind, std::size_t length) {
    std::uint8_t* const p = take(length);
    p[0] = static_cast<std::uint8_t>(kind);
    p[1] = static_cast<std::uint8_t>(length);
    return p + 2;
  }
  void no_operations(std::size_t count) {
    std::fill_n(take(count), count, static_cast<std::uint8_t>(OptionKind::no_operation));
  }
  void ends_of_list(std::size_t count) {
    std::fill_n(take(count), count, static_cast<std::uint8_t>(OptionKind::end_of_list));
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::uint8_t* take(std::size_t count) {
    assert(size_ + count <= out_.size());
    size_ += count;
    return out_.data() + size_ - count;
  }

  MutableBytes out_;
  std::size_t size_ = 0;
};

void write_mss(const TcpOptions& options, Writer& out) {
  if (!options.maximum_segment_size) return;
  store_be16(out.option(OptionKind::maximum_segment_size, kMssLength),
             *options.maximum_segment_size);
}

void write_window_scale(const TcpOptions& options, Writer& out) {
  if (!options.window_scale) return;
  out.no_operations(1);
  *out.option(OptionKind::window_scale, kWindowScaleLength) = *options.window_scale;
}

void write_timestamps(const Timestamps& timestamps, Writer& out) {
  std::uint8_t* const data = out.option(OptionKind::timestamps, kTimestampsLength);
  store_be32(data, timestamps.value);
  store_be32(data + 4, timestamps.echo_reply);
}

// SACK-permitted (RFC 2018 section 2) replaces the two NOPs that align the timestamps.
void write_sack_permitted_and_timestamps(const TcpOptions& options, Writer& out) {
  if (options.sack_permitted != options.timestamps.has_value()) out.no_operations(2);
  if (options.sack_permitted) out.option(OptionKind::sack_permitted, kSackPermittedLength);
  if (options.timestamps) write_timestamps(*options.timestamps, out);
}

// RFC 9293 section 3.1: behind an end of list there is only padding, "composed of zeros" (MUST-69).
void write_macos_timestamps_and_sack_permitted(const TcpOptions& options, Writer& out) {
  if (options.timestamps) {
    out.no_operations(2);
    write_timestamps(*options.timestamps, out);
  }
  if (!options.sack_permitted) return;
  out.option(OptionKind::sack_permitted, kSackPermittedLength);
  out.ends_of_list(padding(out.size()));
}

// NOPs replace the missing timestamps.
void write_edge_sack_permitted(const TcpOptions& options, Writer& out) {
  if (options.timestamps || !options.sack_permitted) {
    return write_sack_permitted_and_timestamps(options, out);
  }
  out.option(OptionKind::sack_permitted, kSackPermittedLength);
  out.no_operations(kTimestampsLength);
}

OptionLayout layout_of(const TcpOptions& options) {
  return options.fast_open ? OptionLayout::as_linux : options.layout;
}

// The bytes that a layout needs beyond Linux's.
std::size_t more_than_linux(const TcpOptions& options) {
  const bool timestamps = options.timestamps.has_value();
  switch (layout_of(options)) {
    case OptionLayout::as_linux:
    case OptionLayout::as_windows: return 0;
    case OptionLayout::as_macos: return options.sack_permitted && timestamps ? 4 : 0;
    case OptionLayout::as_edge:
      return options.sack_permitted && !timestamps ? kTimestampsLength - 2 : 0;
  }
  return 0;
}

// The options of a SYN; other segments have only the timestamps.
void write_in_layout(const TcpOptions& options, Writer& out) {
  write_mss(options, out);
  const OptionLayout layout = layout_of(options);
  if (layout != OptionLayout::as_linux) write_window_scale(options, out);
  switch (layout) {
    case OptionLayout::as_linux:
      write_sack_permitted_and_timestamps(options, out);
      return write_window_scale(options, out);
    case OptionLayout::as_windows: return write_sack_permitted_and_timestamps(options, out);
    case OptionLayout::as_macos: return write_macos_timestamps_and_sack_permitted(options, out);
    case OptionLayout::as_edge: return write_edge_sack_permitted(options, out);
  }
}

std::size_t fast_open_length(const TcpOptions& options) {
  return 2 + (options.fast_open_experimental ? kIdentifierSize : 0) + options.fast_open->size();
}

void write_fast_open(const TcpOptions& options, Writer& out) {
  const bool experimental = options.fast_open_experimental;
  std::uint8_t* data = out.option(experimental ? OptionKind::experimental : OptionKind::fast_open,
                                  fast_open_length(options));
  if (experimental) {
    store_be16(data, kFastOpenIdentifier);
    data += kIdentifierSize;
  }
  std::ranges::copy(*options.fast_open, data);
  out.no_operations(padding(out.size()));
}

void write_sack(const SackBlocks& blocks, Writer& out) {
  out.no_operations(2);
  std::uint8_t* data = out.option(OptionKind::sack, 2 + blocks.size() * kSackBlockSize);
  for (const SackBlock& block : blocks) {
    store_be32(data, block.left);
    store_be32(data + 4, block.right);
    data += kSackBlockSize;
  }
}

}  // namespace

bool is_length_right(OptionKind kind, std::size_t length) {
  switch (kind) {
    case OptionKind::maximum_segment_size: return length == kMssLength;
    case OptionKind::window_scale: return length == kWindowScaleLength;
    case OptionKind::sack_permitted: return length == kSackPermittedLength;
    case OptionKind::sack: return is_sack_length(length);
    case OptionKind::timestamps: return length == kTimestampsLength;
    case OptionKind::fast_open:
    case OptionKind::experimental:
    case OptionKind::end_of_list:
    case OptionKind::no_operation: break;
  }
  return true;
}

// MUST-4: the mandatory kinds. MUST-64: byte by byte, aligned or not.
ParsedTcpOptions parse_tcp_options(Bytes options) {
  ParsedTcpOptions parsed;
  while (!options.empty()) {
    const auto kind = static_cast<OptionKind>(options[0]);
    if (kind == OptionKind::end_of_list) break;
    if (kind == OptionKind::no_operation) {
      options = options.subspan(1);
      continue;
    }
    // MUST-68: all others have a length. MUST-7: an illegal length must do no harm.
    const std::size_t length = options.size() < 2 ? 0 : options[1];
    if (length < 2 || length > options.size()) {
      parsed.malformed = true;
      break;
    }
    if (is_length_right(kind, length)) {  // MUST-6: an unknown kind has any length, and is ignored
      read_option(kind, options.subspan(2, length - 2), parsed.options);
    } else {
      parsed.malformed = true;
    }
    options = options.subspan(length);
  }
  return parsed;
}

// MUST-69: padding is NOPs, so there is no end of list and nothing behind one. In macOS's layout it is zeros.
std::size_t write_tcp_options(const TcpOptions& options, MutableBytes out) {
  assert(tcp_options_size(options) <= out.size());
  Writer writer(out);
  write_in_layout(options, writer);
  if (options.fast_open) write_fast_open(options, writer);
  if (!options.sack.empty()) write_sack(options.sack, writer);
  return writer.size();
}

std::size_t tcp_options_size(const TcpOptions& options) {
  std::size_t size = 0;
  if (options.maximum_segment_size) size += kMssLength;
  if (options.timestamps) {
    size += 2 + kTimestampsLength;  // the two are NOPs or SACK-permitted
  } else if (options.sack_permitted) {
    size += 2 + kSackPermittedLength;
  }
  if (options.window_scale) size += 1 + kWindowScaleLength;
  size += more_than_linux(options);
  if (options.fast_open) {
    size += fast_open_length(options);
    size += padding(size);
  }
  if (!options.sack.empty()) size += 4 + options.sack.size() * kSackBlockSize;
  return size;
}

}  // namespace tcpstack::wire
