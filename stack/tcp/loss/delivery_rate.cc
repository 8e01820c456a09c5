#include "stack/tcp/loss/delivery_rate.h"

#include <algorithm>

namespace tcpstack::tcp {

namespace {

std::uint32_t low_bits(Time time) {
  return static_cast<std::uint32_t>(time.time_since_epoch().count());
}

// The time since a moment of which the low 32 bits are kept: right for 71 minutes.
Duration since(std::uint32_t begin, Time end) { return Duration(low_bits(end) - begin); }

}  // namespace

void DeliveryRate::stamp(Sent& record, std::uint32_t in_flight, Time now) {
  if (in_flight == 0) {  // a new beginning
    first_sent_at = now;
    delivered_at = now;
  }
  record.delivered = static_cast<std::uint32_t>(delivered);
  record.delivered_at = low_bits(delivered_at);
  record.first_sent_at = low_bits(first_sent_at);
  record.app_limited = limited_until != 0;
}

std::uint64_t DeliveryRate::measure(const AckNews& news, Duration min_rtt, Time now) {
  const Sent& p = *news.newest;
  delivered += news.delivered();
  delivered_at = now;
  first_sent_at = p.sent_at;
  if (limited_until != 0 && delivered > limited_until) limited_until = 0;

  const Duration send_elapsed = since(p.first_sent_at, p.sent_at);
  const Duration ack_elapsed = since(p.delivered_at, now);
  const Duration interval = std::max(send_elapsed, ack_elapsed);
  // "If interval is less than MinRTT, the sample is invalid."
  if (interval <= Duration::zero() || interval < min_rtt) return 0;
  const std::uint32_t data = static_cast<std::uint32_t>(delivered) - p.delivered;
  const std::uint64_t sample =
      std::uint64_t{data} * std::micro::den / static_cast<std::uint64_t>(interval.count());
  // Linux: no RFC defines the figure. A sample from a user without more to send counts only if it is larger than
  // the last, as in Linux (`tcp_rate_gen`). You can see it: `delivery_rate` does not fall while the user pauses.
  const bool shows_less = p.app_limited && sample < rate;
  if (!shows_less) {
    rate = sample;
    app_limited = p.app_limited;
  }
  return sample;
}

void DeliveryRate::limit(std::uint32_t in_flight) {
  limited_until = std::max(delivered + in_flight, std::uint64_t{1});
}

}  // namespace tcpstack::tcp
