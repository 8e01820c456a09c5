#include "stack/ip/icmp.h"

#include <algorithm>
#include <utility>

#include "stack/ip/single_host.h"

namespace tcpstack::ip {

namespace {

using wire::IcmpMessage;
using wire::IcmpType;

// RFC 1812 section 4.3.2.3: "as much of the original datagram as possible without the length of the ICMP
// datagram exceeding 576 bytes"; RFC 1122 asks for the header and 8 bytes at least.
constexpr std::size_t kMaxQuote = 576 - wire::kIpv4HeaderSize - wire::kIcmpHeaderSize;
constexpr std::size_t kMinQuotedPayload = 8;
constexpr std::uint8_t kFragmentReassembly = 1;  // a code of Time Exceeded

// The token bucket.
constexpr std::uint64_t kMessage = 1'000'000;
constexpr Duration kLongest = std::chrono::minutes(10);  // against overflow

// The queries of RFC 792 and RFC 950 and their replies. All other types may be errors, and get no answer.
bool is_query(std::uint8_t type) {
  return type == static_cast<std::uint8_t>(IcmpType::echo) ||
         type == static_cast<std::uint8_t>(IcmpType::echo_reply) || (type >= 13 && type <= 18);
}

// RFC 1122 section 3.2.2: "An ICMP error message MUST NOT be sent as the result of receiving: an ICMP error
// message, a datagram destined to an IP broadcast or IP multicast address, ... a non-initial fragment, or a
// datagram whose source address does not define a single host".
bool may_be_told(const wire::QuotedIpv4& about, const Context& cx) {
  const wire::Ipv4Header& header = about.header;
  if (header.destination != cx.config.ip.address || !is_single_host(header.source, cx.config.ip))
    return false;
  if (header.fragment_offset != 0) return false;
  if (header.protocol != static_cast<std::uint8_t>(wire::Protocol::icmp)) return true;
  return !about.payload.empty() && is_query(about.payload[0]);
}

// RFC 1122 section 3.2.2.1 and RFC 1812 section 5.2.7.1.
// Linux: RFC 1122 lists the codes and leaves it to us which of them mean the same. Codes 0 and 11 count as "net unreachable",
// 1, 12 and unknown ones as "host unreachable". All others are answers that waiting does not change: 6 and 9 for the
// net, the rest for the host, as in Linux (`icmp_err_convert`). You can see it: a user gets EHOSTUNREACH or ENETUNREACH,
// not the code.
IcmpProblem problem_of_unreachable(std::uint8_t code) {
  switch (code) {
    case static_cast<std::uint8_t>(wire::Unreachable::protocol):
      return IcmpProblem::protocol_unreachable;
    case static_cast<std::uint8_t>(wire::Unreachable::port): return IcmpProblem::port_unreachable;
    case static_cast<std::uint8_t>(wire::Unreachable::fragmentation_needed):
      return IcmpProblem::fragmentation_needed;
    case static_cast<std::uint8_t>(wire::Unreachable::source_route_failed):
      return IcmpProblem::source_route_failed;
    case static_cast<std::uint8_t>(wire::Unreachable::net):
    case 11:  // destination network unreachable for this type of service
      return IcmpProblem::net_unreachable;
    case 6:  // destination network unknown
    case 9:  // destination network administratively prohibited
      return IcmpProblem::net_prohibited;
    case 7:   // destination host unknown
    case 8:   // source host isolated
    case 10:  // destination host administratively prohibited
    case 13:  // communication administratively prohibited
    case 14:  // host precedence violation
    case 15:  // precedence cutoff in effect
      return IcmpProblem::host_prohibited;
    default: return IcmpProblem::host_unreachable;
  }
}

// MUST-54: reports errors to the transport layer. Errors: the drop of a message that is not for the transport.
std::expected<IcmpProblem, Drop> problem_of(const IcmpMessage& message) {
  switch (message.type) {
    case static_cast<std::uint8_t>(IcmpType::destination_unreachable):
      return problem_of_unreachable(message.code);
    case static_cast<std::uint8_t>(IcmpType::time_exceeded): return IcmpProblem::time_exceeded;
    case static_cast<std::uint8_t>(IcmpType::parameter_problem):
      return IcmpProblem::parameter_problem;
    case static_cast<std::uint8_t>(IcmpType::source_quench):
      return std::unexpected(Drop::icmp_source_quench);  // MUST-55
    default: return std::unexpected(Drop::icmp_type_unknown);
  }
}

std::expected<IcmpError, Drop> read_error(const IcmpMessage& message, const Context& cx) {
  const auto problem = problem_of(message);
  if (!problem) return std::unexpected(problem.error());
  const auto quoted = wire::parse_quoted_ipv4(message.body);
  if (!quoted || quoted->payload.size() < kMinQuotedPayload) {
    return std::unexpected(Drop::icmp_quote);
  }
  // A later fragment has no ports, so nobody can find the socket that sent it.
  if (quoted->header.source != cx.config.ip.address || quoted->header.fragment_offset != 0) {
    return std::unexpected(Drop::icmp_quote);
  }
  return IcmpError{.problem = *problem, .next_hop_mtu = message.next_hop_mtu(), .quoted = *quoted};
}

void send(const IcmpMessage& message, Address destination, std::uint8_t dscp, Outbox& outbox) {
  Datagram datagram{.protocol = wire::Protocol::icmp,
                    .destination = destination,
                    .payload = {},
                    .traffic = {.dscp = dscp}};
  datagram.payload.resize(wire::kIcmpHeaderSize + message.body.size());
  wire::write_icmp(message, datagram.payload);
  std::ranges::copy(message.body, datagram.payload.begin() + wire::kIcmpHeaderSize);
  outbox.push(std::move(datagram));
}

}  // namespace

const char* name(IcmpProblem problem) {
  switch (problem) {
    case IcmpProblem::net_unreachable: return "net unreachable";
    case IcmpProblem::host_unreachable: return "host unreachable";
    case IcmpProblem::net_prohibited: return "net unknown or prohibited";
    case IcmpProblem::host_prohibited: return "host unknown or prohibited";
    case IcmpProblem::protocol_unreachable: return "protocol unreachable";
    case IcmpProblem::port_unreachable: return "port unreachable";
    case IcmpProblem::fragmentation_needed: return "fragmentation needed and DF set";
    case IcmpProblem::source_route_failed: return "source route failed";
    case IcmpProblem::time_exceeded: return "time exceeded";
    case IcmpProblem::parameter_problem: return "parameter problem";
  }
  return "?";
}

std::optional<IcmpError> Icmp::receive(const wire::Ipv4Packet& packet, Outbox& outbox,
                                       Context& cx) {
  const auto message = wire::parse_icmp(packet.payload);
  if (!message) {
    cx.dropped(message.error());
    return std::nullopt;
  }
  if (message->type == static_cast<std::uint8_t>(IcmpType::echo)) {
    answer_echo(packet, *message, outbox, cx);
    return std::nullopt;
  }
  const auto error = read_error(*message, cx);
  if (!error) {
    cx.dropped(error.error());
    return std::nullopt;
  }
  return *error;
}

// RFC 1122 section 3.2.2.6: "Every host MUST implement an ICMP Echo server function that receives Echo
// Requests and sends corresponding Echo Replies"; the data comes back whole.
void Icmp::answer_echo(const wire::Ipv4Packet& packet, const IcmpMessage& request, Outbox& outbox,
                       Context& cx) {
  if (!outbox.has_room(packet.payload.size())) return cx.dropped(Drop::no_memory);
  const IcmpMessage reply{.type = static_cast<std::uint8_t>(IcmpType::echo_reply),
                          .code = 0,
                          .rest = request.rest,
                          .body = request.body};
  // RFC 1349 section 5.1: "An ICMP reply message is sent with the same value in the TOS field".
  send(reply, packet.header.source, packet.header.dscp, outbox);
  ++cx.counters.echo_replies;
  cx.note({"echo request answered", "RFC 1122 3.2.2.6"});
}

void Icmp::owe_unreachable(wire::Unreachable code, const wire::Ipv4Packet& about, Outbox& outbox,
                           Context& cx) {
  owe_error(IcmpType::destination_unreachable, static_cast<std::uint8_t>(code), about.whole, outbox,
            cx);
}

void Icmp::owe_reassembly_time_exceeded(Bytes first_fragment, Outbox& outbox, Context& cx) {
  owe_error(IcmpType::time_exceeded, kFragmentReassembly, first_fragment, outbox, cx);
}

void Icmp::owe_error(IcmpType type, std::uint8_t code, Bytes about, Outbox& outbox, Context& cx) {
  const auto quoted = wire::parse_quoted_ipv4(about);
  if (!quoted || !may_be_told(*quoted, cx)) return;
  const Bytes quote = about.first(std::min(about.size(), kMaxQuote));
  if (!outbox.has_room(wire::kIcmpHeaderSize + quote.size()) || !take_token(cx)) {
    ++cx.counters.icmp_errors_withheld;
    return;
  }
  const IcmpMessage message{
      .type = static_cast<std::uint8_t>(type), .code = code, .rest = 0, .body = quote};
  send(message, quoted->header.source, 0, outbox);
  ++cx.counters.icmp_errors_sent;
  cx.note({"ICMP error sent", "RFC 1122 3.2.2"});
}

// RFC 1812 section 4.3.2.8: "must be able to limit the rate".
bool Icmp::take_token(const Context& cx) {
  const IpConfig& config = cx.config.ip;
  const std::uint64_t full = config.icmp_errors_burst * kMessage;
  if (refilled_at_) {
    const Duration passed = std::min(cx.now - *refilled_at_, kLongest);
    tokens_ += static_cast<std::uint64_t>(passed.count()) * config.icmp_errors_per_second;
  } else {
    tokens_ = full;
  }
  refilled_at_ = cx.now;
  tokens_ = std::min(tokens_, full);
  if (tokens_ < kMessage) return false;
  tokens_ -= kMessage;
  return true;
}

}  // namespace tcpstack::ip
