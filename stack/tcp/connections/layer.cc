#include "stack/tcp/connections/layer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "stack/ip/path_mtu.h"
#include "stack/tcp/arrives.h"
#include "stack/tcp/calls.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/connection_options.h"
#include "stack/tcp/connections/isn.h"
#include "stack/tcp/connections/syn_cookie.h"
#include "stack/tcp/fast_open.h"
#include "stack/tcp/icmp_errors.h"
#include "stack/tcp/send/emit.h"
#include "stack/tcp/send/output.h"
#include "stack/tcp/send/path_mtu.h"
#include "stack/tcp/timeouts.h"
#include "stack/wire/tcp.h"

namespace tcpstack::tcp {

namespace {

Segment to_segment(const wire::Ipv4Packet& packet, const wire::TcpPacket& tcp,
                   const Offload& offload) {
  return {.source = {packet.header.source, tcp.header.source_port},
          .destination = {packet.header.destination, tcp.header.destination_port},
          .seq = Seq(tcp.header.sequence),
          .ack = Seq(tcp.header.acknowledgment),
          .wnd = tcp.header.window,
          .up = tcp.header.urgent_pointer,
          .control = tcp.header.control,
          .options = tcp.header.options,
          .text = tcp.text,
          .segment_size = offload.segment_size,
          .ecn = packet.header.ecn};
}

void tell(const Segment& seg, const wire::TcpPacket& tcp, const Tcb* tcb, Context& cx) {
  if (cx.observer == nullptr) return;
  cx.observer->segment({cx.now, trace::Direction::in, seg.source.address, seg.destination.address,
                        tcp.header, tcp.text.size(), tcb, Why{}, seg.segment_size, tcp.options});
}

}  // namespace

Layer::Layer(base::Random& random, std::size_t max_connections)
    : hash_(random),
      isn_hash_(random),
      cookie_hash_(random),
      max_connections_(max_connections),
      by_four_tuple_(0, FourTupleHash{&hash_, &connections_}, HaveFourTuple{&connections_}) {}

void Layer::receive(const wire::Ipv4Packet& packet, const Offload& offload, Context& cx) {
  ++cx.counters.segments_received;
  const auto tcp = wire::parse_tcp(packet.payload, packet.header.source, packet.header.destination,
                                   !offload.checksum);
  if (!tcp) return cx.dropped(tcp.error());

  Segment seg = to_segment(packet, *tcp, offload);
  Tcb* const tcb = find(seg.destination, seg.source);
  tell(seg, *tcp, tcb, cx);
  if (tcb == nullptr) return segment_for_nobody(seg, cx);
  if (is_new_incarnation(*tcb, seg, cx.config.tcp) && listener_for(seg.destination) != nullptr) {
    end(*tcb, Error::none, {"a new SYN reuses the connection", "RFC 6191 2"}, cx);
    settle(*tcb);
    return segment_for_nobody(seg, cx);
  }
  if (is_kept_waiting(*tcb, seg)) return cx.dropped(Drop::listen_accept_queue_full, tcb);
  segment_arrives(*tcb, seg, cx);
  settle(*tcb);
}

// Linux: RFC 9293 has no accept queue. While it is full, the ACK that completes a handshake is ignored, as in Linux
// (`sk_acceptq_is_full`). You can see it: our SYN, ACK comes again.
bool Layer::is_kept_waiting(const Tcb& tcb, const Segment& seg) const {
  if (tcb.state != State::SYN_RECEIVED || !tcb.passive || tcb.queued_for_accept ||
      !seg.control.ack || seg.control.rst)
    return false;
  const Listener* const listener = listeners_.find(tcb.listener);
  return listener != nullptr && listener->is_accept_queue_full();
}

void Layer::segment_for_nobody(Segment& seg, Context& cx) {
  Listener* const listener = listener_for(seg.destination);
  if (listener == nullptr) {
    arrives_closed(seg, cx);
  } else if (brings_cookie(*listener, seg, cx)) {
    return;
  } else if (arrives_listen(seg, cx)) {
    syn_for(*listener, seg, cx);
  }
}

void Layer::syn_for(Listener& listener, const Segment& seg, Context& cx) {
  if (listener.is_accept_queue_full()) return cx.dropped(Drop::listen_accept_queue_full);
  if (listener.is_syn_queue_full()) return send_cookie(listener, seg, cx);
  Tcb* const tcb = create_passive(listener, seg, cx);
  if (tcb == nullptr) return cx.dropped(Drop::too_many_connections);
  ++listener.in_syn_received;
  take_syn(*tcb, seg, cx);
  answer_fast_open(*tcb, seg, listener.may_serve_early(), cx);
  if (is_served_early(*tcb)) {
    ++listener.served_early;
  } else {
    keep_text_of_syn(*tcb, seg, cx);
  }
  settle(*tcb);
}

// The listener stays in LISTEN; its copy, a fresh TCB, goes on to SYN_RECEIVED.
Tcb* Layer::create_passive(const Listener& listener, const Segment& seg, Context& cx) {
  Tcb* const tcb = create(seg.destination, seg.source, listener.options, cx);
  if (tcb == nullptr) return nullptr;
  ++cx.counters.passive_opens;
  tcb->state = State::LISTEN;
  tcb->passive = true;
  tcb->listener = listener.id;
  return tcb;
}

void Layer::send_cookie(Listener& listener, const Segment& seg, Context& cx) {
  if (!cx.config.tcp.syn_cookies) return cx.dropped(Drop::listen_backlog_full);
  Tcb scratch(pool_, wheel_);
  replies_.push(answer_with_cookie(scratch, seg, cookie_hash_, cx));
  listener.cookies_until = cx.now + std::chrono::minutes(2);
  ++cx.counters.cookies_sent;
}

// Returns true if the segment's ACK was a cookie; the connection of the cookie has then taken the segment.
bool Layer::brings_cookie(Listener& listener, Segment& seg, Context& cx) {
  const bool may_be = seg.control.ack && !seg.control.syn && !seg.control.rst;
  if (!may_be || cx.now >= listener.cookies_until) return false;
  const auto syn = syn_of_cookie(seg, cookie_hash_, cx);
  if (!syn) return false;
  if (listener.is_accept_queue_full()) {
    cx.dropped(Drop::listen_accept_queue_full);
    return true;
  }
  Tcb* const tcb = create_passive(listener, seg, cx);
  if (tcb == nullptr) {
    cx.dropped(Drop::too_many_connections);
    return true;
  }
  ++listener.in_syn_received;
  take_cookie(*tcb, *syn, seg, cookie_hash_, cx);
  segment_arrives(*tcb, seg, cx);
  settle(*tcb);
  return true;
}

// MUST-54: to the connection that sent the segment.
void Layer::receive_error(const ip::IcmpError& error, Context& cx) {
  const QuotedSegment quoted = quoted_segment(error);
  Tcb* const tcb = find(quoted.local, quoted.remote);
  if (tcb == nullptr || !is_in_flight(*tcb, quoted.seq))
    return cx.dropped(Drop::icmp_no_connection, tcb);
  if (error.problem != ip::IcmpProblem::fragmentation_needed) {
    ++cx.counters.icmp_errors_taken;
    icmp_error_arrives(*tcb, error.problem, cx);
    return settle(*tcb);
  }
  if (!follows_routers(*tcb)) return cx.dropped(Drop::icmp_path_mtu, tcb);
  if (!cx.path_mtus.shrink(quoted.remote.address, error.next_hop_mtu, error.quoted.total_length,
                           cx))
    return cx.dropped(Drop::icmp_path_mtu, tcb);
  ++cx.counters.icmp_errors_taken;
  path_mtu_changed(quoted.remote.address, cx);
}

// RFC 1191 section 6.1: "all the users of this path" hear of it.
void Layer::path_mtu_changed(Address destination, Context& cx) {
  std::vector<base::Handle> users;
  for (const base::Handle handle : by_four_tuple_) {
    if (find(handle)->remote.address == destination) users.push_back(handle);
  }
  // In the order of their handles: the map's order must not influence the output.
  std::ranges::sort(users, {}, &base::Handle::index);
  for (const base::Handle handle : users) {
    Tcb& tcb = *find(handle);
    take_known_path_mtu(tcb, cx);
    settle(tcb);
  }
}

void Layer::time_passes(Context& cx) {
  while (base::TimerWheel::Node* const node = wheel_.pop_expired(cx.now)) {
    Tcb& tcb = *static_cast<AlarmNode*>(node)->tcb;
    tcp::time_passes(tcb, cx);
    settle(tcb);
  }
}

std::optional<TxPacket> Layer::next_transmit(Context& cx) {
  if (const auto reply = replies_.pop()) return emit(*reply, cx);
  while (!ready_.empty()) {
    const base::Handle handle = ready_.front();
    ready_.pop_front();
    Tcb* const tcb = find(handle);
    if (tcb == nullptr) continue;
    if (const auto next = next_segment(*tcb, cx)) {
      ready_.push_back(handle);
      return emit(*tcb, *next, cx);
    }
    tcb->in_ready_list = false;
  }
  return std::nullopt;
}

std::expected<base::Handle, Error> Layer::listen(const Endpoint& local, std::size_t backlog) {
  if (local.port == 0) return std::unexpected(Error::illegal);
  // Only listeners count: a connection that uses the port goes on (MUST-41, MUST-42).
  if (by_port_.contains(local.port)) return std::unexpected(Error::address_in_use);
  const base::Handle id = listeners_.emplace();
  Listener& listener = *listeners_.find(id);
  listener.local = local;
  listener.backlog = backlog;
  listener.id = id;
  by_port_.emplace(local.port, id);
  return id;
}

std::expected<base::Handle, Error> Layer::open(const Endpoint& local, const Endpoint& remote,
                                               Context& cx) {
  if (remote.port == 0 || remote.address.is_unspecified()) return std::unexpected(Error::illegal);
  if (remote.address.is_broadcast() || remote.address.is_multicast())
    return std::unexpected(Error::illegal);  // MUST-46
  Endpoint from = local;
  if (from.port == 0) {
    const auto port = ephemeral_port(local, remote, cx);
    if (!port) return std::unexpected(Error::insufficient);
    from.port = *port;
  }
  if (find(from, remote) != nullptr) return std::unexpected(Error::already_exists);
  Tcb* const tcb = create(from, remote, base::Shared(default_options(cx.config.tcp)), cx);
  if (tcb == nullptr) return std::unexpected(Error::insufficient);
  tcb->accepted = true;
  call_open(*tcb, cx);
  settle(*tcb);
  return tcb->id;
}

std::expected<base::Handle, Error> Layer::next_acceptable(base::Handle listener_id) {
  Listener* const listener = listeners_.find(listener_id);
  if (listener == nullptr) return std::unexpected(Error::does_not_exist);
  base::Ring<base::Handle>& queue = listener->accept_queue;
  while (!queue.empty() && find(queue.front()) == nullptr) queue.pop_front();
  if (queue.empty()) return std::unexpected(Error::would_block);
  return queue.front();
}

std::expected<base::Handle, Error> Layer::accept(base::Handle listener_id) {
  const auto next = next_acceptable(listener_id);
  if (!next) return next;
  listeners_.find(listener_id)->accept_queue.pop_front();
  find(*next)->accepted = true;
  return next;
}

void Layer::close_listener(base::Handle listener_id, Context& cx) {
  Listener* const listener = listeners_.find(listener_id);
  if (listener == nullptr) return;
  std::vector<base::Handle> orphans;
  while (!listener->accept_queue.empty()) {
    orphans.push_back(listener->accept_queue.front());
    listener->accept_queue.pop_front();
  }
  for (const base::Handle handle : by_four_tuple_) {
    const Tcb* const tcb = find(handle);
    const bool in_queue = tcb->state == State::SYN_RECEIVED && !tcb->queued_for_accept;
    if (tcb->listener == listener_id && in_queue) orphans.push_back(handle);
  }
  by_port_.erase(listener->local.port);
  listeners_.erase(listener_id);
  // In the order of their handles: the map's order must not influence the output.
  std::ranges::sort(orphans, {}, &base::Handle::index);
  for (const base::Handle handle : orphans) {
    if (Tcb* const tcb = find(handle)) refuse(*tcb, cx);
  }
}

void Layer::refuse(Tcb& tcb, Context& cx) {
  tcb.released = true;
  if (tcb.state != State::CLOSED)
    end_with_reset(tcb, Error::reset, {"the listener is closed", "RFC 9293 3.10.4"}, cx);
  settle(tcb);
}

void Layer::settle(Tcb& tcb) {
  if (tcb.passive && !tcb.accepted) offer_to_accept(tcb);
  if (tcb.fast_open) finish_fast_open(tcb);
  if (tcb.accepted && tcb.events.any() && !tcb.in_event_list && !tcb.released) {
    tcb.in_event_list = true;
    told_.push_back(tcb.id);
  }
  if (tcb.state == State::CLOSED) return forget(tcb);
  if (!tcb.in_ready_list) {
    tcb.in_ready_list = true;
    ready_.push_back(tcb.id);
  }
}

// A passive connection that has left SYN_RECEIVED is in its listener's accept queue, or is gone.
void Layer::offer_to_accept(Tcb& tcb) {
  const bool early = is_served_early(tcb);
  if (tcb.state == State::SYN_RECEIVED && !early) return;
  if (tcb.queued_for_accept || tcb.released) return;
  Listener* const listener = listeners_.find(tcb.listener);
  if (listener == nullptr) return;
  --listener->in_syn_received;
  if (!tcb.events.established && !early) {  // it never was
    tcb.released = true;
    return;
  }
  tcb.queued_for_accept = true;
  listener->accept_queue.push_back(tcb.id);
  acceptable_.push_back(listener->id);
}

// The handshake is over: a listener may serve the next one early.
void Layer::finish_fast_open(Tcb& tcb) {
  if (tcb.state == State::SYN_SENT || tcb.state == State::SYN_RECEIVED) return;
  Listener* const listener = listeners_.find(tcb.listener);
  if (tcb.fast_open->served && listener != nullptr) --listener->served_early;
  tcb.fast_open.reset();
}

// A CLOSED connection is no longer found by segments; its memory lives until the user gives it back.
void Layer::forget(Tcb& tcb) {
  const auto entry = by_four_tuple_.find(FourTuple(tcb.local, tcb.remote));
  if (entry != by_four_tuple_.end() && *entry == tcb.id) by_four_tuple_.erase(entry);
  if (tcb.released) connections_.erase(tcb.id);
}

std::optional<Layer::Told> Layer::next_event() {
  while (!acceptable_.empty()) {
    const base::Handle listener = acceptable_.front();
    acceptable_.pop_front();
    if (listeners_.find(listener) != nullptr)
      return Told{.connection = {}, .listener = listener, .events = {}};
  }
  while (!told_.empty()) {
    const base::Handle handle = told_.front();
    told_.pop_front();
    Tcb* const tcb = find(handle);
    if (tcb == nullptr) continue;
    tcb->in_event_list = false;
    return Told{.connection = handle, .listener = {}, .events = std::exchange(tcb->events, {})};
  }
  return std::nullopt;
}

// The next segment usually belongs to the same connection: look there first.
Tcb* Layer::find(const Endpoint& local, const Endpoint& remote) {
  Tcb* const latest = find(latest_);
  const bool is_known = latest != nullptr && latest->state != State::CLOSED;
  if (is_known && latest->remote == remote && latest->local == local) return latest;
  const auto entry = by_four_tuple_.find(FourTuple(local, remote));
  if (entry == by_four_tuple_.end()) return nullptr;
  latest_ = *entry;
  return find(latest_);
}

Listener* Layer::listener_for(const Endpoint& local) {
  const auto entry = by_port_.find(local.port);
  if (entry == by_port_.end()) return nullptr;
  Listener* const listener = listeners_.find(entry->second);
  const Address& address = listener->local.address;  // MUST-43
  return address.is_unspecified() || address == local.address ? listener : nullptr;
}

Tcb* Layer::create(const Endpoint& local, const Endpoint& remote,
                   base::Shared<ConnectionOptions> options, Context& cx) {
  if (connections_.size() >= max_connections_) return nullptr;
  const base::Handle id = connections_.emplace(pool_, wheel_);
  Tcb& tcb = *connections_.find(id);
  tcb.id = id;
  initialize(tcb, local, remote, initial_sequence_number(isn_hash_, local, remote, cx.now), cx);
  set_options(tcb, std::move(options), cx);
  by_four_tuple_.insert(id);
  return &tcb;
}

// RFC 6056 section 3.3.1, simple port randomization, over the range of section 3.2.
std::optional<std::uint16_t> Layer::ephemeral_port(const Endpoint& local, const Endpoint& remote,
                                                   Context& cx) const {
  constexpr std::uint32_t kFirst = 32768;
  constexpr std::uint32_t kCount = 65536 - kFirst;
  const std::uint32_t start = cx.random.below(kCount);
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const auto port = static_cast<std::uint16_t>(kFirst + (start + i) % kCount);
    const FourTuple four_tuple({local.address, port}, remote);
    if (!by_port_.contains(port) && !by_four_tuple_.contains(four_tuple)) return port;
  }
  return std::nullopt;
}

}  // namespace tcpstack::tcp
