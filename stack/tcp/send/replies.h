// Replies without a connection: resets, and SYN, ACKs that carry a cookie instead of a TCB.
//
// They wait until the driver polls. Anybody can ask for answers, so only a few wait: if there are too many, the newest is
// lost, as on a crowded network. The reset that a connection owes its peer is never lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "stack/base/ring.h"
#include "stack/ip/transmit.h"
#include "stack/tcp/seq.h"
#include "stack/trace/why.h"
#include "stack/wire/address.h"
#include "stack/wire/tcp_options.h"

namespace tcpstack::tcp {

struct Reply {
  Endpoint source;
  Endpoint destination;
  Seq seq;
  std::optional<Seq> ack;    // if set, the segment has the ACK bit
  bool syn = false;          // a SYN, ACK; false: a reset
  std::uint16_t window = 0;  // of a SYN, not scaled
  wire::TcpOptions options;
  std::uint8_t dscp = 0;
  ip::Fragments fragments = ip::Fragments::where_needed;
  Why why;
};

class Replies {
 public:
  // An answer to a segment. False: it is lost.
  [[nodiscard]] bool push(const Reply& answer);
  // The reset of a connection that ends: one for each.
  void push_reset_of_connection(const Reply& reset);
  std::optional<Reply> pop();

 private:
  struct Waiting {
    Reply reply;
    bool is_answer = false;
  };

  static constexpr std::size_t kMostAnswers = 64;
  base::Ring<Waiting> waiting_;  // oldest first
  std::size_t answers_ = 0;      // among them
};

}  // namespace tcpstack::tcp
