// The peer's text on its way to the user: what can be read, what waits beyond a hole, and the FIN at its end.
//
// A segment stays as it came: the steps before the seventh judge it by its own numbers. Here begins the text without
// what lies outside the window. Text counts more than a FIN that contradicts it: a peer sends its FIN again until it is
// acknowledged.
//
// Invariants (check_numbers_of_peer() in tcb.h): what is held lies beyond RCV.NXT, in the window, and not beyond the FIN. RCV.NXT is at
// most the number after the FIN.
#pragma once

#include <cstdint>

#include "stack/base/bytes.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Text with the sequence number of its first byte.
struct ReceivedText {
  Seq begin;
  Bytes bytes;

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(bytes.size()); }
  [[nodiscard]] Seq end() const { return begin + size(); }
};

// RFC 9293 section 3.10.7.4 first: the text of `seg`, after "trimming off any portions that lie outside the window".
ReceivedText text_in_window(const Tcb& tcb, const Segment& seg);

// Where the text of a segment has found its place.
enum class Place : std::uint8_t {
  in_order,     // at RCV.NXT, and nothing is held
  fills_hole,   // at RCV.NXT, in front of text that is held: the hole is smaller, or gone
  beyond_hole,  // held (SHLD-31)
};

// Takes the text, and moves RCV.NXT over all that is in order now. Requires: `text` lies in the window and has a byte.
Place insert(Tcb& tcb, const ReceivedText& text);

// Moves RCV.NXT over `size` bytes that have been written in place.
void advance(Tcb& tcb, std::uint32_t size);

// The peer's FIN has this sequence number. False: text has come that lies there, or behind it; the FIN does not count.
bool note_fin(Tcb& tcb, Seq fin);

// Has all text before the FIN come, but RCV.NXT not moved over it yet?
bool is_fin_next(const Tcb& tcb);

// Moves RCV.NXT over the FIN. Requires: is_fin_next().
void pass_fin(Tcb& tcb);

}  // namespace tcpstack::tcp
