#include "stack/stack.h"

#include <cassert>

#include "stack/base/random.h"
#include "stack/context.h"
#include "stack/ip/icmp.h"
#include "stack/ip/path_mtu.h"
#include "stack/ip/reassembly.h"
#include "stack/ip/receive.h"
#include "stack/ip/transmit.h"
#include "stack/tcp/calls.h"
#include "stack/tcp/connection_options.h"
#include "stack/tcp/connections/layer.h"
#include "stack/tcp/fast_open.h"
#include "stack/validate.h"

namespace tcpstack {

struct Stack::Parts {
  Parts(const Config& given, std::uint64_t seed)
      : config(given),
        random(seed),
        tcp(random, given.tcp.max_connections),
        path_mtus(random),
        identifications(random) {
    const auto& key = config.tcp.fast_open_key;
    if (config.tcp.fast_open)
      fast_open.emplace(key ? base::KeyedHash(*key) : base::KeyedHash(random));
  }

  Context at(Time now) {
    return {now,
            config,
            random,
            counters,
            tcp.replies(),
            path_mtus,
            identifications,
            observer,
            fast_open ? &*fast_open : nullptr};
  }
  std::optional<TxPacket> next_transmit(Context& cx);
  void fragment_arrives(const wire::Ipv4Packet& fragment, Context& cx);
  void datagram_arrives(const wire::Ipv4Packet& packet, const Offload& offload, Context& cx);
  void icmp_arrives(const wire::Ipv4Packet& packet, Context& cx);
  // Settles a connection after a user call on it.
  template <typename Call>
  auto call(ConnectionId connection, Time now, Call call)
      -> decltype(call(std::declval<tcp::Tcb&>(), std::declval<Context&>())) {
    tcp::Tcb* const tcb = tcp.connections().find(connection);
    if (tcb == nullptr || tcb->released) return std::unexpected(tcp::Error::does_not_exist);
    Context cx = at(now);
    auto result = call(*tcb, cx);
    tcp.settle(*tcb);
    return result;
  }

  Config config;
  base::Random random;
  Counters counters;
  trace::Observer* observer = nullptr;
  tcp::Layer tcp;
  udp::Layer udp;
  std::optional<tcp::FastOpenCookies> fast_open;
  ip::PathMtus path_mtus;
  ip::Identifications identifications;
  ip::Reassembly reassembly;
  ip::Icmp icmp;
  ip::Outbox outbox;
};

Stack::Stack(const Config& config, std::uint64_t seed)
    : parts_(std::make_unique<Parts>(config, seed)) {
  assert(validate(config).empty());
}
Stack::~Stack() = default;

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

std::expected<ListenerId, tcp::Error> Stack::listen(Endpoint local, std::size_t backlog) {
  const TcpConfig& config = parts_->config.tcp;
  const auto id =
      parts_->tcp.listening().listen(local, backlog != 0 ? backlog : config.default_backlog,
                                     base::Shared(tcp::default_options(config)));
  if (!id) return std::unexpected(id.error());
  return ListenerId{*id};
}

std::expected<ConnectionId, tcp::Error> Stack::open(Endpoint remote, Endpoint local, Time now) {
  if (remote.address == parts_->config.ip.address) return std::unexpected(tcp::Error::illegal);
  // MUST-43, MUST-44: the user's local address, else IP's.
  if (local.address.is_unspecified()) local.address = parts_->config.ip.address;
  if (local.address != parts_->config.ip.address) return std::unexpected(tcp::Error::illegal);
  Context cx = parts_->at(now);
  const auto id = parts_->tcp.open(local, remote, cx);
  if (!id) return std::unexpected(id.error());
  return ConnectionId{*id};
}

std::expected<OpenedWithText, tcp::Error> Stack::open_with_text(Endpoint remote, Endpoint local,
                                                                Bytes text, Time now) {
  const auto connection = open(remote, local, now);
  if (!connection) return std::unexpected(connection.error());
  Context cx = parts_->at(now);
  return OpenedWithText{
      *connection, tcp::offer_fast_open(*parts_->tcp.connections().find(*connection), text, cx)};
}

bool Stack::knows_fast_open_cookie(Address server) const {
  return parts_->fast_open && parts_->fast_open->find(server) != nullptr;
}

std::expected<ConnectionId, tcp::Error> Stack::accept(ListenerId listener, Time /*now*/) {
  const auto id = parts_->tcp.listening().accept(listener);
  if (!id) return std::unexpected(id.error());
  return ConnectionId{*id};
}

bool Stack::is_acceptable(ListenerId listener) {
  return parts_->tcp.listening().next_acceptable(listener).has_value();
}

void Stack::close(ListenerId listener, Time now) {
  Context cx = parts_->at(now);
  parts_->tcp.close_listener(listener, cx);
}

std::expected<Endpoint, tcp::Error> Stack::local_endpoint(ListenerId listener) const {
  const tcp::Listener* const found = parts_->tcp.listening().find(listener);
  if (found == nullptr) return std::unexpected(tcp::Error::does_not_exist);
  return found->local;
}

std::expected<std::size_t, tcp::Error> Stack::send(ConnectionId connection, Bytes text, Time now,
                                                   SendFlags flags) {
  return parts_->call(connection, now, [text, flags](tcp::Tcb& tcb, Context& cx) {
    return call_send(tcb, text, flags, cx);
  });
}

std::expected<std::size_t, tcp::Error> Stack::send_urgent(ConnectionId connection, Bytes text,
                                                          Time now) {
  return parts_->call(connection, now, [text](tcp::Tcb& tcb, Context& cx) {
    return call_send_urgent(tcb, text, cx);
  });
}

std::expected<std::size_t, tcp::Error> Stack::receive(ConnectionId connection, MutableBytes text,
                                                      Time now) {
  return parts_->call(connection, now,
                      [text](tcp::Tcb& tcb, Context& cx) { return call_receive(tcb, text, cx); });
}

std::expected<std::size_t, tcp::Error> Stack::skip(ConnectionId connection, std::size_t most,
                                                   Time now) {
  return parts_->call(connection, now,
                      [most](tcp::Tcb& tcb, Context& cx) { return call_skip(tcb, most, cx); });
}

std::expected<std::size_t, tcp::Error> Stack::peek(ConnectionId connection,
                                                   MutableBytes text) const {
  const tcp::Tcb* const tcb = parts_->tcp.connections().find(connection);
  if (tcb == nullptr || tcb->released) return std::unexpected(tcp::Error::does_not_exist);
  return tcp::call_peek(*tcb, text);
}

std::expected<void, tcp::Error> Stack::close(ConnectionId connection, Time now) {
  return parts_->call(connection, now,
                      [](tcp::Tcb& tcb, Context& cx) { return call_close(tcb, cx); });
}

std::expected<void, tcp::Error> Stack::abort(ConnectionId connection, Time now) {
  return parts_->call(connection, now,
                      [](tcp::Tcb& tcb, Context& cx) { return call_abort(tcb, cx); });
}

void Stack::release(ConnectionId connection, Time now) {
  tcp::Tcb* const tcb = parts_->tcp.connections().find(connection);
  if (tcb == nullptr || tcb->released) return;
  Context cx = parts_->at(now);
  tcp::call_release(*tcb, cx);
  parts_->tcp.settle(*tcb);
}

std::expected<ConnectionStatus, tcp::Error> Stack::status(ConnectionId connection) const {
  const tcp::Tcb* const tcb = parts_->tcp.connections().find(connection);
  if (tcb == nullptr || tcb->released) return std::unexpected(tcp::Error::does_not_exist);
  return tcp::call_status(*tcb);
}

std::expected<tcp::ConnectionOptions, tcp::Error> Stack::options(ConnectionId connection) const {
  const tcp::Tcb* const tcb = parts_->tcp.connections().find(connection);
  if (tcb == nullptr || tcb->released) return std::unexpected(tcp::Error::does_not_exist);
  return *tcb->options;
}

std::expected<void, tcp::Error> Stack::set_options(ConnectionId connection,
                                                   const tcp::ConnectionOptions& options,
                                                   Time now) {
  return parts_->call(connection, now,
                      [&options](tcp::Tcb& tcb, Context& cx) -> std::expected<void, tcp::Error> {
                        if (!tcp::are_valid(options)) return std::unexpected(tcp::Error::illegal);
                        tcp::set_options(tcb, base::Shared(tcp::as_taken(options)), cx);
                        return {};
                      });
}

std::expected<tcp::ConnectionOptions, tcp::Error> Stack::options(ListenerId listener) const {
  const tcp::Listener* const found = parts_->tcp.listening().find(listener);
  if (found == nullptr) return std::unexpected(tcp::Error::does_not_exist);
  return *found->options;
}

std::expected<void, tcp::Error> Stack::set_options(ListenerId listener,
                                                   const tcp::ConnectionOptions& options) {
  tcp::Listener* const found = parts_->tcp.listening().find(listener);
  if (found == nullptr) return std::unexpected(tcp::Error::does_not_exist);
  if (!tcp::are_valid(options)) return std::unexpected(tcp::Error::illegal);
  found->options = base::Shared(tcp::as_taken(options));
  return {};
}

std::expected<tcp::TcpInfo, tcp::Error> Stack::tcp_info(ConnectionId connection, Time now) const {
  const tcp::Tcb* const tcb = parts_->tcp.connections().find(connection);
  if (tcb == nullptr || tcb->released) return std::unexpected(tcp::Error::does_not_exist);
  return tcp::tcp_info(*tcb, parts_->config.tcp, now);
}

std::expected<DatagramSocketId, udp::Error> Stack::open_udp(Endpoint local, Time now) {
  Context cx = parts_->at(now);
  const auto id = parts_->udp.open(local, cx);
  if (!id) return std::unexpected(id.error());
  return DatagramSocketId{*id};
}

std::expected<void, udp::Error> Stack::send_to(DatagramSocketId socket, Endpoint remote, Bytes data,
                                               Time now) {
  Context cx = parts_->at(now);
  return parts_->udp.send_to(socket, remote, data, parts_->outbox, cx);
}

std::expected<udp::Received, udp::Error> Stack::receive_from(DatagramSocketId socket,
                                                             MutableBytes data) {
  return parts_->udp.receive_from(socket, data);
}

std::expected<udp::Waiting, udp::Error> Stack::next_datagram(DatagramSocketId socket) const {
  return parts_->udp.next_datagram(socket);
}

std::expected<void, udp::Error> Stack::await_room(DatagramSocketId socket) {
  return parts_->udp.await_room(socket, parts_->outbox);
}

std::expected<udp::Failure, udp::Error> Stack::next_failure(DatagramSocketId socket) const {
  return parts_->udp.next_failure(socket);
}

std::expected<udp::Failure, udp::Error> Stack::take_failure(DatagramSocketId socket) {
  return parts_->udp.take_failure(socket);
}

std::expected<Endpoint, udp::Error> Stack::local_endpoint(DatagramSocketId socket) const {
  return parts_->udp.local_endpoint(socket);
}

std::expected<udp::Options, udp::Error> Stack::options(DatagramSocketId socket) const {
  return parts_->udp.options(socket);
}

std::expected<void, udp::Error> Stack::set_options(DatagramSocketId socket,
                                                   const udp::Options& options) {
  return parts_->udp.set_options(socket, options);
}

void Stack::close(DatagramSocketId socket) { parts_->udp.close(socket); }

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
