// All connections and listeners of one stack: which one gets a segment, which may send next, whose alarm is due,
// and which users get news.
//
// Every input (a segment, a call, an alarm) ends in settle(). Only there a connection joins the ready list, its
// events are queued, and a CLOSED one leaves the tables.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include <boost/unordered/unordered_flat_map.hpp>

#include "stack/base/block_pool.h"
#include "stack/base/keyed_hash.h"
#include "stack/base/ring.h"
#include "stack/base/slab.h"
#include "stack/base/timer_wheel.h"
#include "stack/context.h"
#include "stack/ip/icmp.h"
#include "stack/packet.h"
#include "stack/tcp/agreed/replies.h"
#include "stack/tcp/connections/connection_index.h"
#include "stack/tcp/connections/listener.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::tcp {

class Layer {
 public:
  Layer(base::Random& random, std::size_t max_connections);

  // --- from below
  // A TCP segment in an IPv4 packet that is for us.
  void receive(const wire::Ipv4Packet& packet, const Offload& offload, Context& cx);
  // An ICMP error about a TCP segment of ours.
  void receive_error(const ip::IcmpError& error, Context& cx);
  // All connections to `destination` learn its new path MTU.
  void path_mtu_changed(Address destination, Context& cx);
  // Runs the alarms that are due at cx.now.
  void time_passes(Context& cx);
  // The next segment to send: owed resets first, then the ready connections in turn, one each.
  std::optional<TxPacket> next_transmit(Context& cx);
  [[nodiscard]] std::optional<Time> next_deadline() const { return wheel_.next_deadline(); }

  // --- from above
  std::expected<base::Handle, Error> listen(const Endpoint& local, std::size_t backlog);
  std::expected<base::Handle, Error> open(const Endpoint& local, const Endpoint& remote,
                                          Context& cx);
  // The connection that accept() would return. Errors: would_block, does_not_exist.
  std::expected<base::Handle, Error> next_acceptable(base::Handle listener);
  std::expected<base::Handle, Error> accept(base::Handle listener);
  void close_listener(base::Handle listener, Context& cx);

  [[nodiscard]] Tcb* find(base::Handle connection) { return connections_.find(connection); }
  [[nodiscard]] const Tcb* find(base::Handle connection) const {
    return connections_.find(connection);
  }
  [[nodiscard]] Listener* find_listener(base::Handle listener) { return listeners_.find(listener); }
  [[nodiscard]] const Listener* find_listener(base::Handle listener) const {
    return listeners_.find(listener);
  }
  [[nodiscard]] std::size_t size() const { return connections_.size(); }
  [[nodiscard]] const base::Slab<Tcb>& connections() const { return connections_; }
  [[nodiscard]] const base::Slab<Listener>& listeners() const { return listeners_; }
  [[nodiscard]] Replies& replies() { return replies_; }

  // Call it after each input. `tcb` may be gone afterwards.
  void settle(Tcb& tcb);

  // The next connection or listener with news for its user.
  struct Told {
    base::Handle connection;
    base::Handle listener;
    UserEvents events;
  };
  std::optional<Told> next_event();

 private:
  // The connection between the two, unless it is CLOSED.
  Tcb* find(const Endpoint& local, const Endpoint& remote);
  Listener* listener_for(const Endpoint& local);
  Tcb* create(const Endpoint& local, const Endpoint& remote,
              base::Shared<ConnectionOptions> options, Context& cx);
  void segment_for_nobody(Segment& seg, Context& cx);
  void syn_for(Listener& listener, const Segment& seg, Context& cx);
  Tcb* create_passive(const Listener& listener, const Segment& seg, Context& cx);
  void send_cookie(Listener& listener, const Segment& seg, Context& cx);
  bool brings_cookie(Listener& listener, Segment& seg, Context& cx);
  bool is_kept_waiting(const Tcb& tcb, const Segment& seg) const;
  void refuse(Tcb& tcb, Context& cx);
  void offer_to_accept(Tcb& tcb);
  void finish_fast_open(Tcb& tcb);
  void forget(Tcb& tcb);
  std::optional<std::uint16_t> ephemeral_port(const Endpoint& local, const Endpoint& remote,
                                              Context& cx) const;

  base::KeyedHash hash_;
  base::KeyedHash isn_hash_;
  base::KeyedHash cookie_hash_;
  std::size_t max_connections_;
  base::TimerWheel wheel_;
  base::BlockPool pool_;
  base::Slab<Tcb> connections_;
  base::Slab<Listener> listeners_;
  ConnectionIndex by_four_tuple_;
  base::Handle latest_{};  // the last connection that find() has found
  boost::unordered_flat_map<std::uint16_t, base::Handle> by_port_;
  base::Ring<base::Handle> ready_;
  base::Ring<base::Handle> told_;
  base::Ring<base::Handle> acceptable_;
  Replies replies_;
};

}  // namespace tcpstack::tcp
