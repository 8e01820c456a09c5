#include "stack/tcp/agreed/timestamps.h"

namespace tcpstack::tcp {

namespace {

constexpr Duration kTick = std::chrono::milliseconds(1);

// RFC 7323 section 5.5: after 24 days the sign of a 1 ms clock has changed, and TS.Recent has no meaning.
constexpr Duration kRecentLifetime = std::chrono::days(24);

// Timestamps wrap around, like sequence numbers (section 5.3: "using modular arithmetic").
bool is_older(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }

}  // namespace

std::uint32_t timestamp_clock(const TimestampState& ts, Time now) {
  return ts.offset + static_cast<std::uint32_t>(now.time_since_epoch() / kTick);
}

// A RST is exempt (RFC 7323 section 5.2).
bool is_paws_reject(const TimestampState& ts, const Segment& seg, Time now) {
  if (!ts.ok || !seg.options.timestamps || seg.control.rst) return false;
  const bool valid = now - ts.recent_age < kRecentLifetime;
  return valid && is_older(seg.options.timestamps->value, ts.recent);
}

bool lacks_timestamp(const TimestampState& ts, const Segment& seg) {
  return ts.ok && !seg.options.timestamps;
}

void update_ts_recent(Tcb& tcb, const Segment& seg, Time now) {
  if (!tcb.ts.ok || !seg.options.timestamps) return;
  // A RST has not gone through PAWS (RFC 7323 section 5.2). A segment that the fifth check refuses (RFC 5961
  // section 5.2) must not shut out the segments after it.
  if (seg.control.rst || !seg.control.ack || !is_ack_in_range(tcb.snd, seg.ack)) return;
  if (seg.seq > tcb.ack.last_ack_sent) return;
  tcb.ts.recent = seg.options.timestamps->value;
  tcb.ts.recent_age = now;
}

std::optional<Duration> echoed_rtt(const TimestampState& ts, const Segment& seg, Time now) {
  if (!ts.ok || !seg.options.timestamps || seg.options.timestamps->echo_reply == 0)
    return std::nullopt;
  const std::uint32_t elapsed = timestamp_clock(ts, now) - seg.options.timestamps->echo_reply;
  const Duration rtt = elapsed * kTick;
  if (rtt > kRecentLifetime) return std::nullopt;  // the echo is from the future: not ours
  return rtt;
}

}  // namespace tcpstack::tcp
