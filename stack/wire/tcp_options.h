// TCP options: RFC 9293 section 3.2 (MSS), RFC 7323 (window scale, timestamps), RFC 2018 (SACK), RFC 7413 (Fast
// Open cookie), RFC 6994 (experiments, once also this cookie).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include <boost/container/static_vector.hpp>

#include "stack/base/bytes.h"
#include "stack/trace/drop.h"
#include "stack/wire/option_layout.h"

namespace tcpstack::wire {

inline constexpr std::size_t kMaxTcpOptionsSize = 40;

enum class OptionKind : std::uint8_t {
  end_of_list = 0,
  no_operation = 1,
  maximum_segment_size = 2,
  window_scale = 3,
  sack_permitted = 4,
  sack = 5,
  timestamps = 8,
  fast_open = 34,
  experimental = 254,  // RFC 4727, with an identifier (RFC 6994)
};

// The identifier of Fast Open as an experiment, RFC 7413 section 8.
inline constexpr std::uint16_t kFastOpenIdentifier = 0xf989;

struct Timestamps {
  std::uint32_t value = 0;       // TSval
  std::uint32_t echo_reply = 0;  // TSecr
  friend bool operator==(const Timestamps&, const Timestamps&) = default;
};

struct SackBlock {
  std::uint32_t left = 0;   // first sequence number of the block
  std::uint32_t right = 0;  // the number after its last
  friend bool operator==(const SackBlock&, const SackBlock&) = default;
};

using SackBlocks = boost::container::static_vector<SackBlock, 4>;
using FastOpenCookie = boost::container::static_vector<std::uint8_t, 16>;

struct TcpOptions {
  std::optional<std::uint16_t> maximum_segment_size;
  std::optional<std::uint8_t> window_scale;
  bool sack_permitted = false;
  std::optional<Timestamps> timestamps;
  SackBlocks sack;
  std::optional<FastOpenCookie> fast_open;  // empty: a request for a cookie
  bool fast_open_experimental = false;      // in the form of RFC 6994, older than RFC 7413
  // For writing. With a Fast Open option it is Linux's: not every layout has room for one.
  OptionLayout layout = OptionLayout::as_linux;

  friend bool operator==(const TcpOptions&, const TcpOptions&) = default;
};

// Can an option of this kind have this length, kind and length included? An unknown kind can have any length. So can a Fast
// Open cookie, because a wrong length makes it ignored, not the option illegal (RFC 7413 section 4.1.1).
bool is_length_right(OptionKind kind, std::size_t length);

struct ParsedTcpOptions {
  TcpOptions options;
  bool malformed = false;  // an option had an illegal length (MUST-7)
};

// Reads as far as there is something to read. Skips unknown options by their length (MUST-6). Of two equal ones the first
// counts. An option whose length is wrong for its kind is skipped, too; where a length is below 2 or past the header the
// reading ends.
// Departs: RFC 9293 section 3.1 (MUST-7) only asks us to be prepared for an illegal length, and suggests a reset. We take the
// segment with the options that can be read, as Linux does (`tcp_parse_options`). You can see it: a SYN with a malformed
// option gets a SYN, ACK, and the log has a note.
ParsedTcpOptions parse_tcp_options(Bytes options);

// Writes the options, padded to whole words: the options of a SYN in their layout, then FO | nop nop sack.
// Returns the bytes written, a multiple of 4 and at most 40. Requires that they fit.
std::size_t write_tcp_options(const TcpOptions& options, MutableBytes out);

// The bytes that write_tcp_options() would write.
std::size_t tcp_options_size(const TcpOptions& options);

}  // namespace tcpstack::wire
