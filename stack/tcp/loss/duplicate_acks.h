// Without SACK a duplicate ACK is all that tells of a segment behind a hole: RFC 5681 section 3.2, RFC 6582, RFC 9937
// section 6.2. This counts them, and says how many bytes they stand for.
#pragma once

#include <algorithm>
#include <cstdint>

#include "stack/tcp/loss/ack_news.h"

namespace tcpstack::tcp {

struct DuplicateAcks {
  unsigned count = 0;  // in a row, without those that a partial ACK has covered

  // What has left the network without an acknowledgment of its own: one segment for each.
  [[nodiscard]] std::uint32_t bytes(std::uint32_t smss) const { return count * smss; }
  // What an ACK shows to have arrived, in bytes (DeliveredData).
  [[nodiscard]] std::uint32_t delivered(const AckNews& news, std::uint32_t smss) const;
  // One more. A flight of `flight` bytes cannot cause more of them than it has segments.
  void another(std::uint32_t flight, std::uint32_t smss);
  // A partial ACK covers `advanced` bytes: the segment that was missing, and others that duplicates stood for.
  void take_back(std::uint32_t advanced, std::uint32_t smss);
};

}  // namespace tcpstack::tcp
