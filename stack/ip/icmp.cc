#include "stack/ip/icmp.h"

#include <utility>

namespace tcpstack::ip {

void Icmp::receive(const wire::Ipv4Packet& packet, Context& cx) {
  const auto message = wire::parse_icmp(packet.payload);
  if (!message) return cx.dropped(message.error());
  if (message->type != static_cast<std::uint8_t>(wire::IcmpType::echo))
    return cx.dropped(Drop::icmp_type_unknown);
  answer_echo(packet, *message, cx);
}

// RFC 1122 section 3.2.2.6: "Every host MUST implement an ICMP Echo server function that receives Echo
// Requests and sends corresponding Echo Replies"; the data comes back whole.
void Icmp::answer_echo(const wire::Ipv4Packet& packet, const wire::IcmpMessage& request,
                       Context& cx) {
  if (waiting_.size() == kMaxWaiting) return cx.dropped(Drop::no_memory);
  Reply reply{.destination = packet.header.source,
              .message = {.type = static_cast<std::uint8_t>(wire::IcmpType::echo_reply),
                          .code = 0,
                          .rest = request.rest,
                          .body = {}},
              .body = {request.body.begin(), request.body.end()}};
  waiting_.push_back(std::move(reply));
  cx.note({"echo request answered", "RFC 1122 3.2.2.6"});
}

std::optional<TxPacket> Icmp::next_transmit(Context& cx) {
  if (waiting_.empty()) return std::nullopt;
  sending_ = std::move(waiting_.front());
  waiting_.pop_front();
  sending_.message.body = sending_.body;
  ++cx.counters.echo_replies;

  TxPacket packet;
  wire::write_icmp(sending_.message, MutableBytes(packet.headers).subspan(wire::kIpv4HeaderSize));
  packet.headers_size = wire::kIpv4HeaderSize + wire::kIcmpHeaderSize;
  if (!sending_.body.empty()) packet.text.push_back(sending_.body);
  const wire::Ipv4Header ip{.ttl = cx.config.ip.ttl,
                            .protocol = static_cast<std::uint8_t>(wire::Protocol::icmp),
                            .source = cx.config.ip.address,
                            .destination = sending_.destination};
  wire::write_ipv4(ip, wire::kIcmpHeaderSize + sending_.body.size(), packet.headers);
  return packet;
}

}  // namespace tcpstack::ip
