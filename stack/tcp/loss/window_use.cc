#include "stack/tcp/loss/window_use.h"

#include <algorithm>

namespace tcpstack::tcp {

namespace {

void begin_check(WindowUse& use, Time now) {
  use.most_in_flight = 0;
  use.checked_at = now;
}

// RFC 2861 section 3.2: the way back is slow start up to "3/4 of cwnd".
void remember_in_ssthresh(CongestionWindow& window) {
  window.ssthresh = std::max(window.ssthresh, window.cwnd / 4 * 3);
}

}  // namespace

void WindowUse::begin(Seq una, Time now) {
  until = una;
  begin_check(*this, now);
}

// Linux: RFC 7661 section 4.2 compares cwnd with what a round trip has acknowledged (pipeACK). We compare it with the
// largest flight of a window of data, as Linux does (`tcp_cwnd_validate`). You can see it: the last ACKs of a full
// window let cwnd grow, though the user has no more to send.
void WindowUse::measure(const CongestionWindow& window, std::uint32_t in_flight, Seq una, Seq nxt) {
  const std::uint32_t allowance = window.cwnd > in_flight ? window.cwnd - in_flight : 0;
  const bool is_full = allowance < window.smss;
  const bool is_more = !in_full && in_flight > used;
  if (!is_full && !is_more && una < until) return;
  in_full = is_full;
  used = in_flight;
  until = nxt;
}

bool WindowUse::is_limit(const CongestionWindow& window) const {
  return in_full || (window.in_slow_start() && window.cwnd < 2 * used);
}

// Departs: RFC 7661, which obsoletes RFC 2861, keeps an unused window for five minutes. We follow RFC 2861 section 3.2
// with an RTO for its round-trip time, and stay above the initial window, as Linux does (`tcp_cwnd_application_limited`).
// You can see it: snd_cwnd falls by a quarter in each RTO in which half of it is used.
void WindowUse::validate(CongestionWindow& window, std::uint32_t in_flight,
                         std::uint32_t initial_window, Duration rto, Time now) {
  if (is_limit(window)) return begin_check(*this, now);
  most_in_flight = std::max(most_in_flight, in_flight);
  if (now - checked_at < rto) return;
  const std::uint32_t most = std::max(most_in_flight, initial_window);
  begin_check(*this, now);
  if (most >= window.cwnd) return;
  remember_in_ssthresh(window);
  window.cwnd = (window.cwnd + most) / 2;
}

void WindowUse::restart(CongestionWindow& window, std::uint32_t initial_window, Time now) {
  remember_in_ssthresh(window);
  window.cwnd = std::min(window.cwnd, initial_window);
  begin_check(*this, now);
}

}  // namespace tcpstack::tcp
