// TCP as the rest of the stack sees it: which connection gets a segment, which may send next, whose alarm is due, and
// which users get news.
//
// Every input (a segment, a call, an alarm) ends in settle(). Only there a connection joins the ready list, its events
// are queued, and a CLOSED one leaves the tables. Read next: connection_table.h (the connections), listening.h (the
// listeners and their queues).
#pragma once

#include <cstddef>
#include <expected>
#include <optional>

#include "stack/base/ring.h"
#include "stack/base/seed.h"
#include "stack/base/slab.h"
#include "stack/context.h"
#include "stack/ip/icmp.h"
#include "stack/packet.h"
#include "stack/tcp/connections/connection_table.h"
#include "stack/tcp/connections/ephemeral_port.h"
#include "stack/tcp/connections/listening.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/send/replies.h"
#include "stack/tcp/tcb.h"
#include "stack/wire/ipv4.h"

namespace tcpstack::tcp {

class Layer {
 public:
  Layer(const base::Seed& seed, std::size_t max_connections);

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
  [[nodiscard]] std::optional<Time> next_deadline() const {
    return connections_.wheel().next_deadline();
  }

  // --- from above
  // 3.10.1, active. Errors: illegal, already_exists, insufficient.
  std::expected<base::Handle, Error> open(const Endpoint& local, const Endpoint& remote,
                                          Context& cx);
  // The connection that accept() returns. Errors: would_block, does_not_exist.
  std::expected<base::Handle, Error> accept(base::Handle listener);
  void close_listener(base::Handle listener, Context& cx);

  [[nodiscard]] ConnectionTable& connections() { return connections_; }
  [[nodiscard]] const ConnectionTable& connections() const { return connections_; }
  [[nodiscard]] Listening& listening() { return listening_; }
  [[nodiscard]] const Listening& listening() const { return listening_; }
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
  void segment_for_nobody(const Segment& seg, Context& cx);
  void begin_again(Tcb& old, Listener& listener, const Segment& syn, Context& cx);
  void refuse(Tcb& tcb, Context& cx);

  ConnectionTable connections_;
  Listening listening_;
  EphemeralPorts ephemeral_ports_;
  base::Ring<base::Handle> ready_;
  base::Ring<base::Handle> told_;
  Replies replies_;
};

}  // namespace tcpstack::tcp
