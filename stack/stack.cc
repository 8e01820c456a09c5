// What drives a Stack, and what observes it. The user calls are in stack_tcp.cc and stack_udp.cc.
#include "stack/stack.h"

#include <cassert>

#include "stack/ip/receive.h"
#include "stack/stack_parts.h"
#include "stack/validate.h"

namespace tcpstack {

Stack::Stack(const Config& config, const base::Seed& seed)
    : parts_(std::make_unique<Parts>(config, seed)) {
  assert(validate(config).empty());
}
Stack::~Stack() = default;

void Stack::set_config(const Config& config) {
  assert(validate(config).empty());
  parts_->config = config;
  parts_->fast_open.set_keys(config.tcp.fast_open_keys);
}

void Stack::packet_arrives(const RxPacket& packet, Time now) {
  Context cx = parts_->at(now);
  ++cx.counters.packets_received;
  const auto received = ip::receive(packet, cx);
  if (!received) return cx.dropped(received.error());
  if (received->header.is_fragment()) return parts_->fragment_arrives(*received, cx);
  parts_->datagram_arrives(*received, packet.offload, cx);
}

void Stack::Parts::fragment_arrives(const wire::Ipv4Packet& fragment, Context& cx) {
  const auto whole = reassembly.add(fragment, cx);
  if (!whole) return cx.dropped(whole.error());
  if (!*whole) return;
  ++cx.counters.datagrams_reassembled;
  datagram_arrives(**whole, Offload{}, cx);
}

void Stack::Parts::datagram_arrives(const wire::Ipv4Packet& packet, const Offload& offload,
                                    Context& cx) {
  switch (packet.header.protocol) {
    case static_cast<std::uint8_t>(wire::Protocol::tcp): return tcp.receive(packet, offload, cx);
    case static_cast<std::uint8_t>(wire::Protocol::icmp): return icmp_arrives(packet, cx);
    case static_cast<std::uint8_t>(wire::Protocol::udp):
      if (!udp.receive(packet, offload, cx))  // RFC 1122 section 4.1.3.1
        icmp.owe_unreachable(wire::Unreachable::port, packet, outbox, cx);
      return;
    default:  // RFC 1122 section 3.2.2.1
      icmp.owe_unreachable(wire::Unreachable::protocol, packet, outbox, cx);
      return cx.dropped(Drop::ip_protocol_unknown);
  }
}

void Stack::Parts::icmp_arrives(const wire::Ipv4Packet& packet, Context& cx) {
  const auto error = icmp.receive(packet, outbox, cx);
  if (!error) return;
  switch (error->quoted.header.protocol) {
    case static_cast<std::uint8_t>(wire::Protocol::tcp): return tcp.receive_error(*error, cx);
    case static_cast<std::uint8_t>(wire::Protocol::udp): return udp.receive_error(*error, cx);
    default: return cx.dropped(Drop::icmp_no_connection);
  }
}

void Stack::time_passes(Time now) {
  Context cx = parts_->at(now);
  while (const auto expired = parts_->reassembly.pop_expired(cx)) {
    parts_->icmp.owe_reassembly_time_exceeded(expired->first, parts_->outbox, cx);
  }
  while (const auto destination = parts_->path_mtus.pop_expired(now)) {
    parts_->tcp.path_mtu_changed(*destination, cx);
  }
  parts_->tcp.time_passes(cx);
}

std::optional<TxPacket> Stack::poll_transmit(Time now) {
  Context cx = parts_->at(now);
  auto packet = parts_->next_transmit(cx);
  if (packet) ++cx.counters.packets_sent;
  return packet;
}

std::optional<TxPacket> Stack::Parts::next_transmit(Context& cx) {
  if (auto packet = outbox.next_transmit(cx)) return packet;
  udp.room_was_made();
  return tcp.next_transmit(cx);
}

std::optional<Event> Stack::poll_event() {
  if (const auto told = parts_->udp.next_event()) {
    return Event{.socket = {told->socket},
                 .readable = told->events.readable,
                 .writable = told->events.writable,
                 .failed = told->events.failed};
  }
  const auto told = parts_->tcp.next_event();
  if (!told) return std::nullopt;
  return Event{.connection = {told->connection},
               .listener = {told->listener},
               .established = told->events.established,
               .readable = told->events.readable,
               .writable = told->events.writable,
               .urgent = told->events.urgent,
               .delivery_problem = told->events.delivery_problem,
               .closed = told->events.closed};
}

std::optional<Time> Stack::next_deadline() const {
  std::optional<Time> first;
  for (const auto deadline : {parts_->tcp.next_deadline(), parts_->reassembly.next_deadline(),
                              parts_->path_mtus.next_deadline()}) {
    if (deadline && (!first || *deadline < *first)) first = deadline;
  }
  return first;
}

void Stack::observe(trace::Observer* observer) { parts_->observer = observer; }
const Counters& Stack::counters() const { return parts_->counters; }
const Config& Stack::config() const { return parts_->config; }
const tcp::Tcb* Stack::tcb(ConnectionId connection) const {
  return parts_->tcp.connections().find(connection);
}
std::size_t Stack::connection_count() const { return parts_->tcp.connections().all().size(); }

std::vector<ConnectionId> Stack::connections() const {
  std::vector<ConnectionId> all;
  all.reserve(parts_->tcp.connections().all().size());
  parts_->tcp.connections().all().for_each(
      [&all](const tcp::Tcb& tcb) { all.push_back({tcb.id}); });
  return all;
}

std::vector<ListenerId> Stack::listeners() const {
  std::vector<ListenerId> all;
  parts_->tcp.listening().all().for_each(
      [&all](const tcp::Listener& one) { all.push_back({one.id}); });
  return all;
}

std::size_t Stack::active_connection_count() const {
  std::size_t active = 0;
  parts_->tcp.connections().all().for_each([&active](const tcp::Tcb& tcb) {
    if (tcb.state != tcp::State::CLOSED && tcb.state != tcp::State::TIME_WAIT) ++active;
  });
  return active;
}

}  // namespace tcpstack
