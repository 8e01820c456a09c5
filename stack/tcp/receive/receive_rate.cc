#include "stack/tcp/receive/receive_rate.h"

#include <algorithm>

#include "stack/tcp/agreed/timestamps.h"

namespace tcpstack::tcp {

namespace {

constexpr std::uint32_t kInitialSegments = 10;  // Linux's TCP_INIT_CWND
// Linux: no RFC measures a receiver's round-trip time. A segment below 536 bytes gives no sample, as in Linux
// (`tcp_rcv_rtt_measure_ts`): it may have waited in the peer for more text. You can see it: `rcv_rtt` stays unknown
// while the peer sends short lines.
constexpr std::size_t kLeastSample = 536;

// For writing. It begins with the bytes of a round trip in the first window.
ReceiveRate& rate_of(Tcb& tcb) {
  if (ReceiveRate* const made = tcb.receive_rate.get()) return *made;
  const std::uint32_t space = receive_space(tcb);
  ReceiveRate& rate = tcb.receive_rate.make();
  rate.space = space;
  return rate;
}

// Linux: no RFC says how to average the samples. Echoes are averaged; a window, which may take longer than a
// round-trip time but never less, counts if it is shorter, as in Linux (`tcp_rcv_rtt_update`). You can see it:
// `rcv_rtt` in the figures of a connection.
void take_sample(ReceiveRate& rate, Duration sample, bool by_window) {
  if (rate.rtt == Duration::zero()) {
    rate.rtt = sample;
  } else if (by_window) {
    rate.rtt = std::min(rate.rtt, sample);
  } else {
    rate.rtt += (sample - rate.rtt) / 8;
  }
}

void measure_by_echo(Tcb& tcb, const Segment& seg, Context& cx) {
  ReceiveRate& rate = rate_of(tcb);
  const std::uint32_t echo = seg.options.timestamps->echo_reply;
  if (echo == rate.echo || seg.text.size() < kLeastSample) return;
  rate.echo = echo;
  if (const auto rtt = echoed_rtt(tcb.ts, seg, cx.now)) take_sample(rate, *rtt, false);
}

void measure_by_window(Tcb& tcb, Context& cx) {
  ReceiveRate& rate = rate_of(tcb);
  const bool begun = rate.window_begin != Time{};
  if (begun && tcb.rcv.nxt < rate.window_end) return;
  if (begun && cx.now > rate.window_begin) take_sample(rate, cx.now - rate.window_begin, true);
  rate.window_end = tcb.rcv.nxt + tcb.rcv.wnd;
  rate.window_begin = cx.now;
}

// A receiver that sends no text has no other measurement since the handshake.
Duration round_trip(const Tcb& tcb, const TcpConfig& config) {
  if (tcb.receive_rate->rtt > Duration::zero()) return tcb.receive_rate->rtt;
  return tcb.rtt.measured ? tcb.rtt.srtt : config.rto_initial;
}

// Linux keeps half of a buffer for overhead. Our buffer has none, so only half of the initial one, which a SYN
// shows, is left out.
std::uint32_t largest_window(const TcpConfig& config) {
  return config.receive_buffer.largest - config.receive_buffer.initial / 2;
}

}  // namespace

std::uint32_t receive_space(const Tcb& tcb) {
  if (tcb.receive_rate.is_made()) return tcb.receive_rate->space;
  return std::min(tcb.rcv.wnd, kInitialSegments * tcb.rcv.mss);
}

void text_shows_round_trip(Tcb& tcb, const Segment& seg, Context& cx) {
  if (tcb.ts.ok && seg.options.timestamps) {
    measure_by_echo(tcb, seg, cx);
  } else {
    measure_by_window(tcb, cx);
  }
}

void user_has_read(Tcb& tcb, std::size_t size, Context& cx) {
  ReceiveRate& rate = rate_of(tcb);
  rate.read += static_cast<std::uint32_t>(size);
  if (cx.now - rate.round_begin < round_trip(tcb, cx.config.tcp)) return;
  const std::uint32_t largest = largest_window(cx.config.tcp);
  const std::uint32_t wanted = rate.read < largest / 2 ? 2 * rate.read : largest;
  if (tcb.options->receive_buffer == 0)
    tcb.receive_capacity = std::max(tcb.receive_capacity, wanted);
  rate.space = std::max(rate.space, rate.read);
  rate.round_begin = cx.now;
  rate.read = 0;
}

}  // namespace tcpstack::tcp
