#include "stack/tcp/send/limits.h"

#include <algorithm>

#include "stack/tcp/agreed/mss.h"
#include "stack/tcp/loss/cwnd.h"
#include "stack/tcp/send/emit.h"
#include "stack/tcp/send/nagle.h"

namespace tcpstack::tcp {

namespace {

// The peer's window is the limit only if cwnd would allow more text.
Limit limit_of(const Tcb& tcb, const Context& cx) {
  if (tcb.send_queue.empty()) return Limit::none;
  const std::uint32_t waiting = not_sent(tcb);
  if (waiting == 0 && !tcb.send_refused) return Limit::network;
  const std::uint32_t mss = effective_mss(tcb, options_size(tcb), cx.config);
  const std::uint32_t allowance = congestion_allowance(tcb);
  if (waiting == 0) return allowance >= mss ? Limit::send_buffer : Limit::network;
  const std::uint32_t wanted = std::min(waiting, mss);
  const bool is_window_smaller = usable_window(tcb) < wanted && wanted <= allowance;
  return is_window_smaller ? Limit::receive_window : Limit::network;
}

void add(Limits& limits, Duration time) {
  switch (limits.now) {
    case Limit::none: return;
    case Limit::network: limits.network += time; return;
    case Limit::receive_window: limits.receive_window += time; return;
    case Limit::send_buffer: limits.send_buffer += time; return;
  }
}

}  // namespace

void note_limit(Tcb& tcb, Context& cx) {
  const Limit limit = limit_of(tcb, cx);
  if (limit == tcb.statistics->limits.now) return;
  const Limits before = limits_until(tcb, cx.now);
  Limits& limits = tcb.statistics.make().limits;
  limits = before;
  limits.now = limit;
}

Limits limits_until(const Tcb& tcb, Time now) {
  Limits limits = tcb.statistics->limits;
  add(limits, now - limits.since);
  limits.since = now;
  return limits;
}

}  // namespace tcpstack::tcp
