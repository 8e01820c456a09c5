// ICMP, RFC 792 and RFC 1122 section 3.2.2: answers echo requests, reports errors to others, and reads
// the errors that others report to us.
//
// Errors are where a stranger's packet makes us send one: their number is limited, and nothing is said about
// packets that came from, or went to, more than one host. What an error about our own packets means is for
// the protocol that sent them: stack/tcp/icmp_errors.h, stack/udp/layer.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "stack/context.h"
#include "stack/ip/transmit.h"
#include "stack/wire/icmp.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::ip {

// What an ICMP error says has become of a datagram; RFC 1122 section 3.2.2.
enum class IcmpProblem : std::uint8_t {
  net_unreachable,
  host_unreachable,
  protocol_unreachable,
  port_unreachable,
  fragmentation_needed,
  source_route_failed,
  time_exceeded,
  parameter_problem,
};

// "port unreachable"
const char* name(IcmpProblem problem);

// An error about a datagram that we seem to have sent: whether we did is for its protocol to find out.
struct IcmpError {
  IcmpProblem problem;
  std::uint16_t next_hop_mtu = 0;  // of fragmentation_needed; 0: not said
  wire::QuotedIpv4 quoted;         // from us; its payload has at least 8 bytes
};

class Icmp {
 public:
  // A message for us: an echo request is answered, an error is given back.
  std::optional<IcmpError> receive(const wire::Ipv4Packet& packet, Outbox& outbox, Context& cx);

  // Destination Unreachable about a datagram that has come: nobody takes it.
  void owe_unreachable(wire::Unreachable code, const wire::Ipv4Packet& about, Outbox& outbox,
                       Context& cx);
  // Time Exceeded about the first fragment of a datagram whose rest is missing.
  void owe_reassembly_time_exceeded(Bytes first_fragment, Outbox& outbox, Context& cx);

 private:
  void answer_echo(const wire::Ipv4Packet& packet, const wire::IcmpMessage& request, Outbox& outbox,
                   Context& cx);
  void owe_error(wire::IcmpType type, std::uint8_t code, Bytes about, Outbox& outbox, Context& cx);
  bool take_token(const Context& cx);

  // The token bucket, in millionths of a message.
  std::uint64_t tokens_ = 0;
  std::optional<Time> refilled_at_;  // nothing: still full
};

}  // namespace tcpstack::ip
