// A passive OPEN: the LISTEN state, with its connections in SYN_RECEIVED and those that wait for accept().
#pragma once

#include <cstddef>
#include <optional>

#include "stack/base/ring.h"
#include "stack/base/slab.h"
#include "stack/base/time.h"
#include "stack/tcp/tcb.h"
#include "stack/trace/drop.h"
#include "stack/wire/address.h"

namespace tcpstack::tcp {

struct Listener {
  Endpoint local;
  std::size_t backlog = 0;
  base::Handle id;
  base::Shared<ConnectionOptions> options;  // of future connections

  std::size_t in_syn_received = 0;        // the SYN queue
  std::size_t served_early = 0;           // PendingFastOpenRequests (RFC 7413 section 5.1)
  Time cookies_until{};                   // until this time an ACK may carry a cookie
  base::Ring<base::Handle> accept_queue;  // oldest first; a handle may be stale

  [[nodiscard]] bool is_syn_queue_full() const { return in_syn_received >= backlog; }
  [[nodiscard]] bool may_serve_early() const { return served_early < options->fast_open_queue; }
  // Linux: RFC 9293 has no accept queue. One connection more than the backlog may wait in it, as in Linux
  // (`sk_acceptq_is_full`). You can see it: with a backlog of 1 two clients are established before accept().
  [[nodiscard]] bool is_accept_queue_full() const { return accept_queue.size() > backlog; }
  // Why a SYN gets no TCB now. Nothing: it gets one.
  [[nodiscard]] std::optional<Drop> refusal() const {
    if (is_accept_queue_full()) return Drop::listen_accept_queue_full;
    if (is_syn_queue_full()) return Drop::listen_backlog_full;
    return std::nullopt;
  }
};

}  // namespace tcpstack::tcp
