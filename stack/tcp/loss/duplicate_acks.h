// Without SACK a duplicate ACK is all that shows a segment behind a hole: RFC 5681 section 3.2, RFC 6582, RFC 9937
// section 6.2. This counts them, and the bytes they stand for: the n-th one stands for the n-th segment behind the
// missing one.
#pragma once

#include <cstdint>

#include "stack/tcp/loss/ack_news.h"
#include "stack/tcp/loss/flight.h"

namespace tcpstack::tcp {

struct DuplicateAcks {
  unsigned count = 0;       // in a row, without those that a partial ACK has covered
  std::uint32_t bytes = 0;  // what they show to have left the network

  // What an ACK shows to have arrived, in bytes (DeliveredData). Before another() and take_back().
  [[nodiscard]] std::uint32_t delivered(const AckNews& news, const Flight& flight) const;
  // One more. A flight cannot cause more of them than it has segments behind the missing one.
  void another(const Flight& flight);
  // A partial ACK covers the missing segment, and others that duplicates stood for.
  void take_back(const AckNews& news);
};

}  // namespace tcpstack::tcp
