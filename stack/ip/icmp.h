// ICMP, RFC 792 and RFC 1122 section 3.2.2: answers echo requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "stack/base/ring.h"
#include "stack/context.h"
#include "stack/packet.h"
#include "stack/wire/icmp.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::ip {

class Icmp {
 public:
  // An ICMP message that is for us.
  void receive(const wire::Ipv4Packet& packet, Context& cx);

  // The next message to send. Its text is valid until the next call.
  std::optional<TxPacket> next_transmit(Context& cx);

 private:
  struct Reply {
    Address destination;
    wire::IcmpMessage message;  // its body is in `body`
    std::vector<std::uint8_t> body;
  };

  static constexpr std::size_t kMaxWaiting = 64;

  void answer_echo(const wire::Ipv4Packet& packet, const wire::IcmpMessage& request, Context& cx);

  base::Ring<Reply> waiting_;
  Reply sending_;
};

}  // namespace tcpstack::ip
