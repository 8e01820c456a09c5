// A passive OPEN: the LISTEN state, with the connections that wait in SYN_RECEIVED and those that wait to
// be accepted.
#pragma once

#include <cstddef>

#include "stack/base/ring.h"
#include "stack/base/slab.h"
#include "stack/wire/address.h"

namespace tcpstack::tcp {

struct Listener {
  Endpoint local;
  std::size_t backlog = 0;
  base::Handle id;

  std::size_t in_syn_received = 0;
  base::Ring<base::Handle> accept_queue;  // oldest first; a handle may have gone stale

  [[nodiscard]] bool has_room() const { return in_syn_received + accept_queue.size() < backlog; }
};

}  // namespace tcpstack::tcp
