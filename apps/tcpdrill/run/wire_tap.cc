#include "apps/tcpdrill/run/wire_tap.h"

#include <algorithm>

#include <fmt/format.h>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/packets/packet_text.h"

namespace tcpstack::drill {
namespace {

// The place of a segment's text in its stream; `script` has the script's numbers. Text on a SYN is the first.
std::uint64_t text_position(const TcpSpec& script) {
  return script.control.syn ? 1 : script.sequence;
}

// `position`: the place of its first byte in the stream, or in the datagram.
void check_text(const Seen& seen, std::uint64_t position) {
  for (std::size_t i = 0; i < seen.text.size(); ++i) {
    const auto expected = pattern_byte(static_cast<std::uint32_t>(position + i));
    if (seen.text[i] != expected)
      throw Mismatch(fmt::format("byte {} of the text was sent as {:#04x}, written as {:#04x}",
                                 position + i, seen.text[i], expected));
  }
}

}  // namespace

WireTap::WireTap(World& world, Flows& flows, const Addresses& addresses, Story& story,
                 PacketSink sink)
    : world_(world), flows_(flows), addresses_(addresses), story_(story), sink_(std::move(sink)) {}

Flow& WireTap::new_flow() {
  const Endpoint ours{addresses_.local, addresses_.port};
  return flows_.open(ours, {addresses_.remote, next_peer_port_++});
}

Flow& WireTap::flow_of(const TcpSpec& tcp) {
  if (tcp.ports) {
    const Endpoint ours{addresses_.local, tcp.ports->second};
    const Endpoint peer{addresses_.remote, tcp.ports->first};
    Flow* const known = flows_.find(ours, peer);
    if (known == nullptr) return flows_.open(ours, peer);
    flows_.select(*known);
    return *known;
  }
  Flow* const current = flows_.current();
  const bool opens = tcp.control.syn && !tcp.control.ack;
  if (current == nullptr || (opens && world_.is_over(*current))) return new_flow();
  return *current;
}

void WireTap::deliver(const Buffer& bytes) {
  if (sink_) sink_(world_.now(), bytes, true);
  world_.packet_arrives(bytes);
}

void WireTap::inject_tcp(const TcpSpec& tcp, const Packet& packet) {
  Flow& flow = flow_of(tcp);
  const TcpSpec live = to_live(tcp, flow);
  const Ends ends{flow.peer.address, flow.ours.address};
  deliver(tcp_bytes(live, packet.ip, ends, text_position(tcp)));
}

// The default ends if no socket is bound.
DatagramEnds WireTap::datagram_ends() {
  const DatagramEnds otherwise{.ours = {addresses_.local, addresses_.port},
                               .peer = {addresses_.remote, Addresses::kDatagramPeerPort}};
  return flows_.datagrams().value_or(otherwise);
}

void WireTap::inject_udp(const UdpSpec& udp, const Packet& packet) {
  const DatagramEnds ends = datagram_ends();
  const auto [source, destination] = udp.ports.value_or(std::pair(ends.peer.port, ends.ours.port));
  deliver(udp_bytes(udp, packet.ip, {ends.peer.address, ends.ours.address}, source, destination));
}

void WireTap::inject_icmp(const IcmpSpec& icmp, const Packet& packet) {
  const Ends ends{addresses_.remote, addresses_.local};
  Buffer quoted;
  Flow* const flow = flows_.current();
  if (icmp.quoted && flow != nullptr) {
    const Ends ours{flow->ours.address, flow->peer.address};
    quoted = tcp_bytes(quoted_to_live(*icmp.quoted, *flow), {}, ours, text_position(*icmp.quoted));
  }
  if (icmp.quoted_udp) {
    const DatagramEnds datagram = datagram_ends();
    quoted = udp_bytes(*icmp.quoted_udp, {}, {datagram.ours.address, datagram.peer.address},
                       datagram.ours.port, datagram.peer.port);
  }
  deliver(icmp_bytes(icmp, packet.ip, ends, quoted));
}

void WireTap::inject(const Packet& packet) {
  story_.add(world_.now(), to_text(packet));
  if (const auto* const tcp = std::get_if<TcpSpec>(&packet.content)) {
    inject_tcp(*tcp, packet);
  } else if (const auto* const icmp = std::get_if<IcmpSpec>(&packet.content)) {
    inject_icmp(*icmp, packet);
  } else {
    inject_udp(std::get<UdpSpec>(packet.content), packet);
  }
}

Flow& WireTap::flow_of_sent(const Sent& sent) {
  Flow* const current = flows_.current();
  const auto* const tcp = std::get_if<TcpSpec>(&sent.packet.content);
  if (tcp == nullptr) return current != nullptr ? *current : new_flow();
  const Endpoint ours{sent.ends.source, tcp->ports->first};
  const Endpoint peer{sent.ends.destination, tcp->ports->second};
  if (Flow* const known = flows_.find(ours, peer)) return *known;
  Flow& flow = flows_.open(ours, peer);
  const bool opens = tcp->control.syn && !tcp->control.ack;
  if (current != nullptr && !opens) flows_.select(*current);
  return flow;
}

void WireTap::collect() {
  for (; !world_.sent().empty(); world_.sent().pop_front()) {
    const Emission& emission = world_.sent().front();
    if (sink_) sink_(emission.at, emission.bytes, false);
    Sent sent = read_packet(emission.bytes);
    Flow& flow = flow_of_sent(sent);
    Seen seen{emission.at, sent.packet, sent.packet, std::move(sent.text), &flow};
    Packet shown = seen.packet;
    shown.ip = {};
    if (auto* const tcp = std::get_if<TcpSpec>(&seen.packet.content)) {
      flows_.sent(*tcp);
      *tcp = to_script(*tcp, flow);
      shown.content = *tcp;
    }
    if (seen.packet.ip.ecn != wire::Ecn::not_ect) shown.ip.ecn = seen.packet.ip.ecn;
    story_.add(emission.at, to_text(shown));
    const auto* const tcp = std::get_if<TcpSpec>(&seen.packet.content);
    check_text(seen, tcp != nullptr ? text_position(*tcp) : 1);
    unread_.push_back(std::move(seen));
  }
}

Seen* WireTap::oldest(const Packet& expected) {
  const auto* const tcp = std::get_if<TcpSpec>(&expected.content);
  if (tcp != nullptr && tcp->ports) {
    Flow* const flow =
        flows_.find({addresses_.local, tcp->ports->first}, {addresses_.remote, tcp->ports->second});
    if (flow == nullptr) return nullptr;
    flows_.select(*flow);
  }
  const Flow* const current = flows_.current();
  const auto found = std::ranges::find(unread_, current, &Seen::flow);
  return found == unread_.end() ? nullptr : &*found;
}

// "Consecutive segments may be joined": same acknowledgment, the next sequence number, flags of the last.
bool WireTap::join(Seen& first) {
  const auto next = std::find_if(unread_.begin(), unread_.end(), [&](const Seen& seen) {
    return &seen != &first && seen.flow == first.flow;
  });
  auto* const head = std::get_if<TcpSpec>(&first.packet.content);
  if (next == unread_.end() || head == nullptr) return false;
  const auto* const tail = std::get_if<TcpSpec>(&next->packet.content);
  if (tail == nullptr || tail->length == 0 || tail->sequence != head->sequence + head->length ||
      tail->acknowledgment != head->acknowledgment)
    return false;
  head->length += tail->length;
  head->control = tail->control;
  unread_.erase(next);
  return true;
}

std::string WireTap::what_else_was_sent() const {
  if (unread_.empty()) return "nothing was sent";
  Packet shown = unread_.front().packet;
  shown.ip = {};
  return "nothing was sent there; the oldest packet of the others: " + to_text(shown);
}

void WireTap::discard(const Seen& seen) {
  const auto is_this = [&](const Seen& other) { return &other == &seen; };
  unread_.erase(std::ranges::find_if(unread_, is_this));
}

}  // namespace tcpstack::drill
