// Listening: the passive OPENs of one stack (RFC 9293 section 3.10.1), and a connection's way to its user.
//
//   SYN        SYN_RECEIVED   the SYN queue; if it is full, a cookie replaces the TCB (syn_cookie.h)
//   its ACK    ESTABLISHED    the accept queue
//   accept()                  the user
//
// With Fast Open (fast_open.h) a connection may join the accept queue at its SYN. settle() gives back a place in a
// queue, whatever has ended the connection's stay there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "stack/base/ring.h"
#include "stack/base/rotating_keys.h"
#include "stack/base/seed.h"
#include "stack/base/slab.h"
#include "stack/context.h"
#include "stack/tcp/connections/connection_table.h"
#include "stack/tcp/connections/listener.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

class Listening {
 public:
  // `connections` must outlive it.
  Listening(ConnectionTable& connections, const base::Seed& seed);

  // --- the user
  // Errors: illegal (port 0), address_in_use.
  std::expected<base::Handle, Error> listen(const Endpoint& local, std::size_t backlog,
                                            base::Shared<ConnectionOptions> options);
  // The connection that accept() would return. Errors: would_block, does_not_exist.
  std::expected<base::Handle, Error> next_acceptable(base::Handle listener);
  // Gives the oldest connection in the accept queue to the user. The caller settles it: its news is told now. Errors: as
  // above.
  std::expected<base::Handle, Error> accept(base::Handle listener);
  // Ends the listener. Returns the connections that nobody has accepted, in the order of their handles.
  std::vector<base::Handle> close(base::Handle listener);

  // nullptr: a stale handle.
  [[nodiscard]] Listener* find(base::Handle listener) { return listeners_.find(listener); }
  [[nodiscard]] const Listener* find(base::Handle listener) const {
    return listeners_.find(listener);
  }
  [[nodiscard]] const base::Slab<Listener>& all() const { return listeners_; }
  [[nodiscard]] bool has_port(std::uint16_t port) const { return by_port_.contains(port); }

  // --- segments
  // The listener for segments to `local`. nullptr: none.
  Listener* find(const Endpoint& local);
  // Gives the listener a segment without a connection. Returns the connection that the segment has begun; the caller
  // settles it. nullptr: none.
  Tcb* segment_arrives(Listener& listener, const Segment& seg, Context& cx);
  // A SYN reuses the four-tuple of a connection in TIME_WAIT that has ended for it, and whose SND.NXT was `old_nxt`
  // (RFC 9293 section 3.6.1). Requires: listener.refusal() is empty.
  Tcb* begin_again(Listener& listener, const Segment& syn, Seq old_nxt, Context& cx);
  // Must the connection wait for a place in the accept queue, so that its segment is dropped?
  [[nodiscard]] bool keeps_waiting(const Tcb& tcb, const Segment& seg) const;

  // --- after an input
  // Moves a connection from queue to queue, as its state asks.
  void settle(Tcb& tcb);
  // The next listener whose accept queue has grown. Nothing: none has.
  std::optional<base::Handle> next_told();

 private:
  Tcb* syn_arrives(Listener& listener, const Segment& seg, std::optional<Seq> old_nxt, Context& cx);
  Tcb* cookie_arrives(Listener& listener, const Segment& syn, const Segment& seg, Context& cx);
  Tcb* create(Listener& listener, const Segment& seg, std::optional<Seq> old_nxt, Context& cx);
  void send_cookie(Listener& listener, const Segment& seg, Context& cx);
  void leave_syn_queue(Tcb& tcb);
  void finish_fast_open(Tcb& tcb);

  ConnectionTable& connections_;
  base::RotatingKeys cookie_keys_;
  base::Slab<Listener> listeners_;
  boost::unordered_flat_map<std::uint16_t, base::Handle> by_port_;
  base::Ring<base::Handle> told_;  // listeners, once for each connection that may be accepted
};

}  // namespace tcpstack::tcp
