#include "stack/udp/layer.h"

#include <algorithm>
#include <utility>

#include "stack/ip/single_host.h"
#include "stack/wire/udp.h"

namespace tcpstack::udp {

namespace {

constexpr std::size_t kMessageCost = 64;  // so that many empty datagrams count, too
constexpr std::size_t kMaxFailures = 16;

// Ephemeral ports.
constexpr std::uint32_t kFirst = 32768;
constexpr std::uint32_t kCount = 65536 - kFirst;

}  // namespace

bool Layer::receive(const wire::Ipv4Packet& packet, const Offload& offload, Context& cx) {
  const auto datagram = wire::parse_udp(packet.payload, packet.header.source,
                                        packet.header.destination, !offload.checksum);
  if (!datagram) {
    cx.dropped(datagram.error());
    return true;
  }
  Socket* const socket = socket_for(datagram->destination_port);
  if (socket == nullptr) {
    cx.dropped(Drop::udp_no_socket);
    return false;
  }
  const std::size_t cost = datagram->data.size() + kMessageCost;
  const std::size_t room = socket->options.receive_buffer != 0 ? socket->options.receive_buffer
                                                               : cx.config.udp.receive_buffer;
  // An empty queue takes a datagram of any size: otherwise a small buffer would never take it.
  if (!socket->queue.empty() && socket->queued + cost > room) {
    cx.dropped(Drop::udp_queue_full);
    return true;
  }
  socket->queued += cost;
  socket->queue.push_back({.remote = {packet.header.source, datagram->source_port},
                           .data = {datagram->data.begin(), datagram->data.end()}});
  ++cx.counters.udp_received;
  socket->events.readable = true;
  tell(*socket);
  return true;
}

// The quoted datagram is ours, so its source port is the socket's.
void Layer::receive_error(const ip::IcmpError& error, Context& cx) {
  const Bytes header = error.quoted.payload;
  Socket* const socket = socket_for(load_be16(header.data()));
  if (socket == nullptr) return cx.dropped(Drop::icmp_no_connection);
  ++cx.counters.icmp_errors_taken;
  cx.note({ip::name(error.problem), "RFC 1122 4.1.3.3"});
  if (socket->failures.size() == kMaxFailures) socket->failures.pop_front();
  socket->failures.push_back({.remote = {error.quoted.header.destination, load_be16(&header[2])},
                              .problem = error.problem});
  socket->events.failed = true;
  tell(*socket);
}

void Layer::room_was_made() {
  while (!refused_.empty()) {
    Socket* const socket = sockets_.find(refused_.front());
    refused_.pop_front();
    if (socket == nullptr) continue;
    socket->refused = false;
    socket->events.writable = true;
    tell(*socket);
  }
}

std::expected<base::Handle, Error> Layer::open(const Endpoint& local, Context& cx) {
  if (!local.address.is_unspecified() && local.address != cx.config.ip.address) {
    return std::unexpected(Error::illegal);
  }
  Endpoint bound = local;
  if (bound.port == 0) {
    const auto port = ephemeral_port(cx);
    if (!port) return std::unexpected(Error::insufficient);
    bound.port = *port;
  }
  if (by_port_.contains(bound.port)) return std::unexpected(Error::address_in_use);
  const base::Handle id = sockets_.emplace();
  Socket& socket = *sockets_.find(id);
  socket.local = bound;
  socket.id = id;
  by_port_.emplace(bound.port, id);
  return id;
}

void Layer::close(base::Handle id) {
  const Socket* const socket = sockets_.find(id);
  if (socket == nullptr) return;
  by_port_.erase(socket->local.port);
  sockets_.erase(id);
}

std::expected<void, Error> Layer::send_to(base::Handle id, const Endpoint& remote, Bytes data,
                                          ip::Outbox& outbox, Context& cx) {
  Socket* const socket = sockets_.find(id);
  if (socket == nullptr) return std::unexpected(Error::does_not_exist);
  const Address ours = cx.config.ip.address;
  if (remote.port == 0 || remote.address == ours ||
      !ip::is_single_host(remote.address, cx.config.ip)) {
    return std::unexpected(Error::illegal);
  }
  if (data.size() > kMaxData) return std::unexpected(Error::message_too_long);
  const std::size_t size = wire::kUdpHeaderSize + data.size();
  if (!is_room(*socket, size, outbox)) return std::unexpected(Error::would_block);
  ip::Datagram datagram{.protocol = wire::Protocol::udp,
                        .destination = remote.address,
                        .payload = std::vector<std::uint8_t>(size),
                        .traffic = {.dscp = socket->options.dscp},
                        .ttl = socket->options.ttl};
  wire::write_udp(
      {.source_port = socket->local.port, .destination_port = remote.port, .data = data}, ours,
      remote.address, datagram.payload);
  std::ranges::copy(data, datagram.payload.begin() + wire::kUdpHeaderSize);
  outbox.push(std::move(datagram));
  ++cx.counters.udp_sent;
  return {};
}

std::expected<Received, Error> Layer::receive_from(base::Handle id, MutableBytes data) {
  Socket* const socket = sockets_.find(id);
  if (socket == nullptr) return std::unexpected(Error::does_not_exist);
  if (socket->queue.empty()) return std::unexpected(Error::would_block);
  const Message message = std::move(socket->queue.front());
  socket->queue.pop_front();
  socket->queued -= message.data.size() + kMessageCost;
  const std::size_t size = std::min(data.size(), message.data.size());
  std::ranges::copy(Bytes(message.data).first(size), data.begin());
  return Received{.remote = message.remote, .size = size, .truncated = size < message.data.size()};
}

std::expected<Waiting, Error> Layer::next_datagram(base::Handle id) const {
  const Socket* const socket = sockets_.find(id);
  if (socket == nullptr) return std::unexpected(Error::does_not_exist);
  if (socket->queue.empty()) return std::unexpected(Error::would_block);
  const Message& message = socket->queue.front();
  return Waiting{.remote = message.remote, .size = message.data.size()};
}

std::expected<void, Error> Layer::await_room(base::Handle id, const ip::Outbox& outbox) {
  Socket* const socket = sockets_.find(id);
  if (socket == nullptr) return std::unexpected(Error::does_not_exist);
  // A refused socket may need more room than the smallest datagram, and waits for its event.
  const bool has_room = !socket->refused && is_room(*socket, wire::kUdpHeaderSize, outbox);
  if (!has_room) return std::unexpected(Error::would_block);
  return {};
}

std::expected<Failure, Error> Layer::next_failure(base::Handle id) const {
  const Socket* const socket = sockets_.find(id);
  if (socket == nullptr) return std::unexpected(Error::does_not_exist);
  if (socket->failures.empty()) return std::unexpected(Error::would_block);
  return socket->failures.front();
}

std::expected<Failure, Error> Layer::take_failure(base::Handle id) {
  const auto failure = next_failure(id);
  if (failure) sockets_.find(id)->failures.pop_front();
  return failure;
}

std::expected<Endpoint, Error> Layer::local_endpoint(base::Handle id) const {
  const Socket* const socket = sockets_.find(id);
  if (socket == nullptr) return std::unexpected(Error::does_not_exist);
  return socket->local;
}

std::expected<Options, Error> Layer::options(base::Handle id) const {
  const Socket* const socket = sockets_.find(id);
  if (socket == nullptr) return std::unexpected(Error::does_not_exist);
  return socket->options;
}

std::expected<void, Error> Layer::set_options(base::Handle id, const Options& options) {
  Socket* const socket = sockets_.find(id);
  if (socket == nullptr) return std::unexpected(Error::does_not_exist);
  socket->options = options;
  return {};
}

std::optional<Layer::Told> Layer::next_event() {
  while (!told_.empty()) {
    const base::Handle id = told_.front();
    told_.pop_front();
    Socket* const socket = sockets_.find(id);
    if (socket == nullptr) continue;
    socket->in_event_list = false;
    return Told{.socket = id, .events = std::exchange(socket->events, {})};
  }
  return std::nullopt;
}

Layer::Socket* Layer::socket_for(std::uint16_t port) {
  const auto entry = by_port_.find(port);
  return entry == by_port_.end() ? nullptr : sockets_.find(entry->second);
}

// If there is no room, an event follows when the outbox has room again.
bool Layer::is_room(Socket& socket, std::size_t size, const ip::Outbox& outbox) {
  if (outbox.has_room(size)) return true;
  if (!std::exchange(socket.refused, true)) refused_.push_back(socket.id);
  return false;
}

void Layer::tell(Socket& socket) {
  if (std::exchange(socket.in_event_list, true)) return;
  told_.push_back(socket.id);
}

// RFC 6056 section 3.3.1, simple port randomization, over the range of section 3.2. The socket knows no remote end yet, so
// section 3.3.3 would give ports that follow each other.
std::optional<std::uint16_t> Layer::ephemeral_port(Context& cx) const {
  const std::uint64_t start = cx.random.next() % kCount;
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const auto port = static_cast<std::uint16_t>(kFirst + (start + i) % kCount);
    if (!by_port_.contains(port)) return port;
  }
  return std::nullopt;
}

}  // namespace tcpstack::udp
