#include "stack/tcp/connections/connection_table.h"

#include <algorithm>
#include <utility>

#include "stack/tcp/connection.h"
#include "stack/tcp/connection_options.h"
#include "stack/tcp/connections/isn.h"
#include "stack/tcp/connections/timestamp_offset.h"

namespace tcpstack::tcp {

namespace {

// The index's own order must not influence the output.
std::vector<base::Handle> sorted(std::vector<base::Handle> handles) {
  std::ranges::sort(handles, {}, &base::Handle::index);
  return handles;
}

}  // namespace

ConnectionTable::ConnectionTable(const base::Seed& seed, std::size_t max_connections)
    : hash_(seed.hash("connection index")),
      isn_hash_(seed.hash("ISN")),
      timestamp_hash_(seed.hash("timestamp offset")),
      max_connections_(max_connections),
      by_four_tuple_(0, FourTupleHash{&hash_, &connections_}, HaveFourTuple{&connections_}) {}

Tcb* ConnectionTable::create(const Endpoint& local, const Endpoint& remote,
                             base::Shared<ConnectionOptions> options, std::optional<Seq> old_nxt,
                             Context& cx) {
  if (is_full()) return nullptr;
  const base::Handle id = connections_.emplace(pool_, wheel_);
  Tcb& tcb = *connections_.find(id);
  tcb.id = id;
  FirstNumbers numbers{.iss = initial_sequence_number(isn_hash_, local, remote, cx.now),
                       .timestamp_offset = timestamp_offset(local, remote)};
  // MAY-2: "larger than the largest sequence number it used on the previous connection incarnation".
  // Linux: RFC 9293 section 3.6.1 does not say by how much. It is 65,537 at least, as in Linux
  // (`tcp_timewait_state_process`). You can see it: the ISS of a SYN, ACK out of TIME_WAIT.
  if (old_nxt) numbers.iss = later(numbers.iss, *old_nxt + 65537);
  initialize(tcb, local, remote, numbers, cx);
  set_options(tcb, std::move(options), cx);
  by_four_tuple_.insert(id);
  return &tcb;
}

std::uint32_t ConnectionTable::timestamp_offset(const Endpoint& local,
                                                const Endpoint& remote) const {
  return tcp::timestamp_offset(timestamp_hash_, local, remote);
}

void ConnectionTable::forget(Tcb& tcb) {
  const auto entry = by_four_tuple_.find(FourTuple(tcb.local, tcb.remote));
  if (entry != by_four_tuple_.end() && *entry == tcb.id) by_four_tuple_.erase(entry);
  if (tcb.released) connections_.erase(tcb.id);
}

// The next segment usually belongs to the same connection: look there first.
Tcb* ConnectionTable::find(const Endpoint& local, const Endpoint& remote) {
  Tcb* const latest = find(latest_);
  const bool is_known = latest != nullptr && latest->state != State::CLOSED;
  if (is_known && latest->remote == remote && latest->local == local) return latest;
  const auto entry = by_four_tuple_.find(FourTuple(local, remote));
  if (entry == by_four_tuple_.end()) return nullptr;
  latest_ = *entry;
  return find(latest_);
}

std::vector<base::Handle> ConnectionTable::with_remote(Address destination) const {
  std::vector<base::Handle> found;
  for (const base::Handle handle : by_four_tuple_) {
    if (find(handle)->remote.address == destination) found.push_back(handle);
  }
  return sorted(std::move(found));
}

std::vector<base::Handle> ConnectionTable::half_open(base::Handle listener) const {
  std::vector<base::Handle> found;
  for (const base::Handle handle : by_four_tuple_) {
    const Tcb& tcb = *find(handle);
    const bool in_queue = tcb.state == State::SYN_RECEIVED && !tcb.queued_for_accept;
    if (tcb.listener == listener && in_queue) found.push_back(handle);
  }
  return sorted(std::move(found));
}

}  // namespace tcpstack::tcp
