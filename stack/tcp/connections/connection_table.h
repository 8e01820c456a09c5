// All connections of one stack: by handle, and by four-tuple for the segments that arrive.
//
// A connection is in the index from its SYN until it is CLOSED. Its memory stays until nobody holds it: the user may
// still read the text of a CLOSED connection, and the reason of its end.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "stack/base/block_pool.h"
#include "stack/base/keyed_hash.h"
#include "stack/base/seed.h"
#include "stack/base/slab.h"
#include "stack/base/timer_wheel.h"
#include "stack/context.h"
#include "stack/tcp/connections/connection_index.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

class ConnectionTable {
 public:
  ConnectionTable(const base::Seed& seed, std::size_t max_connections);

  // A fresh TCB, which is in the index. Its ISS is beyond `old_nxt`, the SND.NXT of a connection between the two that has
  // just left TIME_WAIT. nullptr: the table is full. Requires that no connection between the two is in the index.
  Tcb* create(const Endpoint& local, const Endpoint& remote,
              base::Shared<ConnectionOptions> options, std::optional<Seq> old_nxt, Context& cx);
  // Are there `max_connections` connections?
  [[nodiscard]] bool is_full() const { return connections_.size() >= max_connections_; }
  // Takes a CLOSED connection out of the index, and destroys it if nobody holds it.
  void forget(Tcb& tcb);

  // nullptr: a stale handle.
  [[nodiscard]] Tcb* find(base::Handle connection) { return connections_.find(connection); }
  [[nodiscard]] const Tcb* find(base::Handle connection) const {
    return connections_.find(connection);
  }
  // The connection between the two. nullptr: there is none, or it is CLOSED.
  Tcb* find(const Endpoint& local, const Endpoint& remote);
  [[nodiscard]] bool contains(const FourTuple& four_tuple) const {
    return by_four_tuple_.contains(four_tuple);
  }

  // Where our timestamp clock starts on a connection between the two.
  [[nodiscard]] std::uint32_t timestamp_offset(const Endpoint& local, const Endpoint& remote) const;

  // The connections to `destination` that are not CLOSED, in the order of their handles.
  [[nodiscard]] std::vector<base::Handle> with_remote(Address destination) const;
  // The connections in the SYN queue of `listener`, in the order of their handles.
  [[nodiscard]] std::vector<base::Handle> half_open(base::Handle listener) const;

  // All connections, CLOSED ones included.
  [[nodiscard]] const base::Slab<Tcb>& all() const { return connections_; }

  // A TCB takes the memory of its queues from the pool, and sets its alarms in the wheel.
  [[nodiscard]] base::BlockPool& pool() { return pool_; }
  [[nodiscard]] base::TimerWheel& wheel() { return wheel_; }
  [[nodiscard]] const base::TimerWheel& wheel() const { return wheel_; }

 private:
  base::KeyedHash hash_;
  base::KeyedHash isn_hash_;
  base::KeyedHash timestamp_hash_;
  std::size_t max_connections_;
  base::TimerWheel wheel_;
  base::BlockPool pool_;
  base::Slab<Tcb> connections_;
  ConnectionIndex by_four_tuple_;
  base::Handle latest_{};  // the last connection that find() has found
};

}  // namespace tcpstack::tcp
