#include "stack/tcp/connections/layer.h"

#include <utility>

#include "stack/ip/path_mtu.h"
#include "stack/ip/single_host.h"
#include "stack/tcp/arrives.h"
#include "stack/tcp/calls.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/connection_options.h"
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
          .dscp = packet.header.dscp,
          .ecn = packet.header.ecn};
}

void tell(const Segment& seg, const wire::TcpPacket& tcp, const Tcb* tcb, Context& cx) {
  if (cx.observer == nullptr) return;
  cx.observer->segment({cx.now, trace::Direction::in, seg.source.address, seg.destination.address,
                        tcp.header, tcp.text.size(), tcb, Why{}, seg.segment_size, tcp.options});
}

}  // namespace

Layer::Layer(const base::Seed& seed, std::size_t max_connections)
    : connections_(seed, max_connections), listening_(connections_, seed), ephemeral_ports_(seed) {}

void Layer::receive(const wire::Ipv4Packet& packet, const Offload& offload, Context& cx) {
  ++cx.counters.segments_received;
  const auto tcp = wire::parse_tcp(packet.payload, packet.header.source, packet.header.destination,
                                   !offload.checksum);
  if (!tcp) return cx.dropped(tcp.error());

  const Segment seg = to_segment(packet, *tcp, offload);
  Tcb* const tcb = connections_.find(seg.destination, seg.source);
  tell(seg, *tcp, tcb, cx);
  if (tcp->malformed_options)
    cx.note({"a malformed option: the others count", "RFC 9293 3.1 MUST-7"}, tcb);
  if (tcb == nullptr) return segment_for_nobody(seg, cx);
  if (is_new_incarnation(*tcb, seg, cx.config.tcp)) {
    Listener* const listener = listening_.find(seg.destination);
    if (listener != nullptr) return begin_again(*tcb, *listener, seg, cx);
  }
  if (listening_.keeps_waiting(*tcb, seg)) return cx.dropped(Drop::listen_accept_queue_full, tcb);
  segment_arrives(*tcb, seg, cx);
  settle(*tcb);
}

void Layer::segment_for_nobody(const Segment& seg, Context& cx) {
  Listener* const listener = listening_.find(seg.destination);
  if (listener == nullptr) return arrives_closed(seg, cx);
  if (Tcb* const begun = listening_.segment_arrives(*listener, seg, cx)) settle(*begun);
}

// TIME_WAIT is given up only for a connection that can be made.
void Layer::begin_again(Tcb& old, Listener& listener, const Segment& syn, Context& cx) {
  if (const auto refusal = listener.refusal()) return cx.dropped(*refusal, &old);
  if (connections_.is_full() && !old.released)  // its user still looks at it
    return cx.dropped(Drop::too_many_connections, &old);
  const Seq old_nxt = old.snd.nxt;
  end(old, Error::none, {"a new SYN reuses the connection", "RFC 6191 2"}, cx);
  settle(old);
  if (Tcb* const begun = listening_.begin_again(listener, syn, old_nxt, cx)) settle(*begun);
}

// MUST-54: to the connection that sent the segment.
void Layer::receive_error(const ip::IcmpError& error, Context& cx) {
  const QuotedSegment quoted = quoted_segment(error);
  Tcb* const tcb = connections_.find(quoted.local, quoted.remote);
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
  for (const base::Handle handle : connections_.with_remote(destination)) {
    Tcb& tcb = *connections_.find(handle);
    take_known_path_mtu(tcb, cx);
    settle(tcb);
  }
}

void Layer::time_passes(Context& cx) {
  while (base::TimerWheel::Node* const node = connections_.wheel().pop_expired(cx.now)) {
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
    Tcb* const tcb = connections_.find(handle);
    if (tcb == nullptr) continue;
    if (const auto next = next_segment(*tcb, cx)) {
      ready_.push_back(handle);
      return emit(*tcb, *next, cx);
    }
    tcb->in_ready_list = false;
  }
  return std::nullopt;
}

std::expected<base::Handle, Error> Layer::open(const Endpoint& local, const Endpoint& remote,
                                               Context& cx) {
  if (remote.port == 0 || !ip::is_single_host(remote.address, cx.config.ip))  // MUST-46
    return std::unexpected(Error::illegal);
  Endpoint from = local;
  if (from.port == 0) {
    const auto port = ephemeral_ports_.next(local, remote, connections_, listening_);
    if (!port) return std::unexpected(Error::insufficient);
    from.port = *port;
  }
  if (connections_.find(from, remote) != nullptr) return std::unexpected(Error::already_exists);
  Tcb* const tcb =
      connections_.create(from, remote, base::Shared(default_options(cx.config.tcp)), {}, cx);
  if (tcb == nullptr) return std::unexpected(Error::insufficient);
  tcb->accepted = true;
  call_open(*tcb, cx);
  settle(*tcb);
  return tcb->id;
}

std::expected<base::Handle, Error> Layer::accept(base::Handle listener) {
  const auto accepted = listening_.accept(listener);
  if (accepted) settle(*connections_.find(*accepted));
  return accepted;
}

void Layer::close_listener(base::Handle listener, Context& cx) {
  for (const base::Handle orphan : listening_.close(listener)) {
    if (Tcb* const tcb = connections_.find(orphan)) refuse(*tcb, cx);
  }
}

void Layer::refuse(Tcb& tcb, Context& cx) {
  tcb.released = true;
  if (tcb.state != State::CLOSED)
    end_with_reset(tcb, Error::reset, {"the listener is closed", "RFC 9293 3.10.4"}, cx);
  settle(tcb);
}

void Layer::settle(Tcb& tcb) {
  listening_.settle(tcb);
  if (tcb.accepted && tcb.events.any() && !tcb.in_event_list && !tcb.released) {
    tcb.in_event_list = true;
    told_.push_back(tcb.id);
  }
  if (tcb.state == State::CLOSED) return connections_.forget(tcb);
  if (!tcb.in_ready_list) {
    tcb.in_ready_list = true;
    ready_.push_back(tcb.id);
  }
}

std::optional<Layer::Told> Layer::next_event() {
  if (const auto listener = listening_.next_told())
    return Told{.connection = {}, .listener = *listener, .events = {}};
  while (!told_.empty()) {
    const base::Handle handle = told_.front();
    told_.pop_front();
    Tcb* const tcb = connections_.find(handle);
    if (tcb == nullptr) continue;
    tcb->in_event_list = false;
    return Told{.connection = handle, .listener = {}, .events = std::exchange(tcb->events, {})};
  }
  return std::nullopt;
}

}  // namespace tcpstack::tcp
