// Replies without a connection: resets, and SYN, ACKs that carry a cookie instead of a TCB.
//
// They wait in a small fixed ring until the driver polls. If the ring is full, the newest is lost, as on a crowded
// network.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

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
  void push(const Reply& reply);
  std::optional<Reply> pop();

 private:
  static constexpr std::size_t kCapacity = 64;
  std::array<Reply, kCapacity> ring_{};
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace tcpstack::tcp
