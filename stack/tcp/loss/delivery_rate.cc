#include "stack/tcp/loss/delivery_rate.h"

#include <algorithm>

#include "stack/tcp/loss/recovery.h"
#include "stack/tcp/send/buffers.h"

namespace tcpstack::tcp {

namespace {

std::uint32_t low_bits(Time time) {
  return static_cast<std::uint32_t>(time.time_since_epoch().count());
}

// The time since a moment of which the low 32 bits are kept: right for 71 minutes.
Duration since(std::uint32_t begin, Time end) { return Duration(low_bits(end) - begin); }

}  // namespace

void note_delivery_state(Tcb& tcb, Sent& record, Time now) {
  DeliveryRate& c = tcb.statistics.make().delivery;
  if (tcb.sender->recovery.pipe == 0) {  // nothing in flight: a new beginning
    c.first_sent_at = now;
    c.delivered_at = now;
  }
  record.delivered = static_cast<std::uint32_t>(c.delivered);
  record.delivered_at = low_bits(c.delivered_at);
  record.first_sent_at = low_bits(c.first_sent_at);
  record.app_limited = c.limited_until != 0;
}

void measure_delivery_rate(Tcb& tcb, const Delivered& delivered, Time now) {
  if (!delivered.any || delivered.newest.text_size() == 0) return;
  DeliveryRate& c = tcb.statistics.make().delivery;
  const Sent& p = delivered.newest;
  c.delivered += delivered.bytes();
  c.delivered_at = now;
  c.first_sent_at = p.sent_at;
  if (c.limited_until != 0 && c.delivered > c.limited_until) c.limited_until = 0;

  const Duration send_elapsed = since(p.first_sent_at, p.sent_at);
  const Duration ack_elapsed = since(p.delivered_at, now);
  const Duration interval = std::max(send_elapsed, ack_elapsed);
  // "If interval is less than MinRTT, the sample is invalid."
  if (interval <= Duration::zero() || interval < tcb.sender->rack.min_rtt) return;
  const std::uint32_t data = static_cast<std::uint32_t>(c.delivered) - p.delivered;
  const std::uint64_t rate =
      std::uint64_t{data} * std::micro::den / static_cast<std::uint64_t>(interval.count());
  // Linux: no RFC defines the figure. A sample from a user without more to send counts only if it is larger than
  // the last, as in Linux (`tcp_rate_gen`). You can see it: `delivery_rate` does not fall while the user pauses.
  const bool says_less = p.app_limited && rate < c.rate;
  if (!says_less) {
    c.rate = rate;
    c.app_limited = p.app_limited;
  }
  Sender& sender = sender_of(tcb);
  sender.congestion->sampled(sender.recovery.window, {.now = now,
                                                      .rate = rate,
                                                      .delivered = delivered.bytes(),
                                                      .in_flight = sender.recovery.pipe,
                                                      .rtt = now - p.sent_at,
                                                      .app_limited = p.app_limited});
}

void note_application_limit(Tcb& tcb) {
  const bool has_more = not_sent(tcb) > 0 || congestion_allowance(tcb) == 0;
  if (has_more || has_lost(tcb)) return;
  DeliveryRate& c = tcb.statistics.make().delivery;
  c.limited_until = std::max(c.delivered + tcb.sender->recovery.pipe, std::uint64_t{1});
}

}  // namespace tcpstack::tcp
