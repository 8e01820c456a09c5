// ICMP, RFC 792 and RFC 1122 section 3.2.2: answers echo requests, reports errors to others, and reads
// the errors that others report to us.
//
// A stranger's packet can make us send an error. So their rate is limited, and packets from or to more than one
// host cause none. The protocol that sent a packet decides what an error about it means: stack/tcp/icmp_errors.h,
// stack/udp/layer.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "stack/context.h"
#include "stack/ip/transmit.h"
#include "stack/wire/icmp.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::ip {

// The reason that an ICMP error gives for the loss of a datagram; RFC 1122 section 3.2.2.
enum class IcmpProblem : std::uint8_t {
  net_unreachable,
  host_unreachable,
  net_prohibited,   // somebody, a firewall for instance, refuses the way there
  host_prohibited,  // the same
  protocol_unreachable,
  port_unreachable,
  fragmentation_needed,
  source_route_failed,
  time_exceeded,
  parameter_problem,
};

// "port unreachable"
const char* name(IcmpProblem problem);

// An error about a datagram that seems to be ours. Its protocol has to find out whether it is.
struct IcmpError {
  IcmpProblem problem;
  std::uint16_t next_hop_mtu = 0;  // of fragmentation_needed; 0: not given
  wire::QuotedIpv4 quoted;         // from us; its payload has at least 8 bytes
};

class Icmp {
 public:
  // A message for us. Answers an echo request; returns an error.
  std::optional<IcmpError> receive(const wire::Ipv4Packet& packet, Outbox& outbox, Context& cx);

  // Destination Unreachable about a datagram that has arrived and that no protocol or socket takes.
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
