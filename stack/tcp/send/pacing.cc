#include "stack/tcp/send/pacing.h"

#include <algorithm>

#include "stack/tcp/loss/cwnd.h"

namespace tcpstack::tcp {

namespace {

// Linux: no RFC describes pacing for TCP. The first ten segments, the initial window, leave at once, as in Linux
// (`tcp_update_skb_after_send`). You can see it: a short answer leaves in one burst also with `--pacing`.
constexpr std::uint32_t kUnpacedSegments = 10;
// The timer wheel's tick: each alarm releases the text of one tick, and a late alarm catches up by one tick at most.
constexpr Duration kTick = std::chrono::milliseconds(1);
constexpr std::uint32_t kLeastQuantum = 2;  // segments

// Linux: no RFC describes pacing for TCP. The rate of slow start ends at half of ssthresh, as in Linux
// (`tcp_update_pacing_rate`). You can see it: the rate falls from 200 to 120 % of cwnd / SRTT there.
unsigned percentage(const CongestionWindow& window, const TcpConfig& config) {
  return window.cwnd < window.ssthresh / 2 ? config.pacing_slow_start : config.pacing_avoidance;
}

// The rate that the algorithm itself asks for (congestion.h); 0: none.
std::uint64_t own_rate(const Tcb& tcb) {
  const CongestionSlot& congestion = tcb.sender->congestion;
  return congestion.is_chosen() ? congestion->pacing_rate() : 0;
}

bool is_paced(const Tcb& tcb) {
  const bool is_wanted = tcb.options->pacing || own_rate(tcb) != 0;
  return is_wanted && tcb.statistics->figures.data_segments_out >= kUnpacedSegments;
}

Duration time_for(std::uint64_t bytes, std::uint64_t rate) {
  return Duration(static_cast<Duration::rep>(bytes * std::micro::den / rate));
}

// The bytes of a tick, but at least two segments.
std::uint32_t quantum(const Tcb& tcb, std::uint64_t rate) {
  const std::uint64_t in_tick = rate * static_cast<std::uint64_t>(kTick.count()) / std::micro::den;
  const std::uint64_t least = std::uint64_t{kLeastQuantum} * tcb.snd.smss;
  return static_cast<std::uint32_t>(std::clamp(in_tick, least, std::uint64_t{1} << 30));
}

}  // namespace

std::uint64_t pacing_rate(const Tcb& tcb, const TcpConfig& config) {
  const std::uint64_t limit = tcb.options->max_pacing_rate;
  const std::uint64_t own = own_rate(tcb);
  if (own != 0) return limit != 0 ? std::min(own, limit) : own;
  if (!tcb.rtt.measured) return limit;
  const CongestionWindow window = congestion_window(tcb, config);
  const auto srtt = static_cast<std::uint64_t>(std::max(tcb.rtt.srtt.count(), Duration::rep{1}));
  const std::uint64_t bytes = std::max(window.cwnd, tcb.flight.pipe());
  const std::uint64_t rate = bytes * percentage(window, config) * (std::micro::den / 100) / srtt;
  return limit != 0 ? std::min(rate, limit) : rate;
}

bool is_held_by_pacing(Tcb& tcb, Context& cx) {
  if (!is_paced(tcb)) return false;
  const std::uint64_t rate = pacing_rate(tcb, cx.config.tcp);
  Pacing& pacing = sender_of(tcb).pacing;
  if (rate == 0 || pacing.quantum > 0) return false;
  if (cx.now < pacing.next_at) {
    tcb.alarms.set(AlarmKind::pacing, pacing.next_at);
    return true;
  }
  pacing.quantum = quantum(tcb, rate);
  pacing.next_at = std::max(pacing.next_at, cx.now - kTick) + time_for(pacing.quantum, rate);
  return false;
}

void text_left(Tcb& tcb, std::uint32_t size, Context& cx) {
  if (!is_paced(tcb)) return;
  const std::uint64_t rate = pacing_rate(tcb, cx.config.tcp);
  if (rate == 0) return;
  Pacing& pacing = sender_of(tcb).pacing;
  const std::uint32_t within = std::min(size, pacing.quantum);
  pacing.quantum -= within;
  pacing.next_at += time_for(size - within, rate);  // the last segment may be larger than the rest
}

}  // namespace tcpstack::tcp
