#include "stack/tcp/loss/cwnd.h"

#include <algorithm>

#include "stack/tcp/agreed/timestamps.h"

namespace tcpstack::tcp {

namespace {

std::uint32_t initial_window(const Tcb& tcb, const TcpConfig& config) {
  return config.initial_window * tcb.snd.smss;
}

}  // namespace

void start_congestion_control(Tcb& tcb, Context& cx) {
  Sender& sender = make_sender(tcb);
  Recovery& recovery = sender.recovery;
  CongestionWindow& window = recovery.window;
  window.smss = tcb.snd.smss;
  // Departs: RFC 5681 section 3.1 says one segment if a SYN was lost, whatever RFC 6928 section 2 allows. We say so if
  // two were lost, as Linux does (`tcp_init_transfer`): an initial RTO of 1 s may be short for the path. You can see
  // it: after two SYNs without an answer the first text leaves as one segment.
  const unsigned segments = recovery.lost_syns > 1 ? 1 : cx.config.tcp.initial_window;
  window.cwnd = segments * window.smss;
  sender.congestion.choose(tcb.options->congestion);
  recovery.recover = tcb.snd.una - 1U;
  recovery.use.begin(tcb.snd.una, cx.now);
  sender.rack.fack = tcb.snd.una;
  if (tcb.rtt.measured && sender.rack.min_rtt == Duration::max())
    sender.rack.min_rtt = tcb.rtt.srtt;  // of the SYN
}

CongestionWindow congestion_window(const Tcb& tcb, const TcpConfig& config) {
  const CongestionWindow& window = tcb.sender->recovery.window;
  if (window.cwnd > 0) return window;
  return {.cwnd = initial_window(tcb, config), .smss = tcb.snd.smss};
}

std::uint32_t congestion_allowance(const Tcb& tcb) {
  const std::uint32_t cwnd = tcb.sender->recovery.window.cwnd;
  const std::uint32_t in_flight = inflight(tcb);
  return cwnd > in_flight ? cwnd - in_flight : 0;
}

// RFC 6582 has no SACK to see what has left the pipe: each duplicate ACK stands for one segment.
std::uint32_t inflight(const Tcb& tcb) {
  const std::uint32_t pipe = tcb.flight.pipe();
  if (tcb.sack_permitted) return pipe;
  const Recovery& recovery = tcb.sender->recovery;
  return pipe - std::min(pipe, recovery.duplicates.bytes);
}

void segment_sent(Tcb& tcb, const Sent& record, Context& cx) {
  if (!tcb.sender.is_made()) return;  // a SYN
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  recovery.last_sent_at = cx.now;
  recovery.use.measure(recovery.window, inflight(tcb), tcb.snd.una, tcb.snd.nxt);
  if (sender.follows_prr()) recovery.prr.sent(record.len);
  if (record.retransmitted()) {
    recovery.repair_due = false;
    sender.undo.retransmitted(record, timestamp_clock(tcb.ts, cx.now));
  }
  if (!sender.congestion.is_chosen()) return;  // text of a SYN
  sender.congestion->sent({.now = cx.now,
                           .bytes = record.len,
                           .in_flight = tcb.flight.pipe(),
                           .retransmission = record.retransmitted()});
}

// RFC 5681 section 3.1: "for each ACK received that cumulatively acknowledges new data".
void grow_cwnd(Tcb& tcb, const AckNews& news, std::uint32_t delivered, Context& cx) {
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  if (news.advanced == 0 || !recovery.use.is_limit(recovery.window)) return;
  const bool measured = news.newest && !news.retransmitted;
  sender.congestion->grow(recovery.window,
                          {.now = cx.now,
                           .acknowledged = delivered,
                           .rtt = measured ? cx.now - news.newest->sent_at : Duration::zero(),
                           .srtt = tcb.rtt.srtt,
                           .una = tcb.snd.una.number(),
                           .nxt = tcb.snd.nxt.number()});
}

void follow_prr(Tcb& tcb, std::uint32_t delivered, AckKind ack) {
  Recovery& recovery = sender_of(tcb).recovery;
  if (!tcb.sack_permitted) delivered = std::min(delivered, recovery.prr.left());
  const std::uint32_t in_flight = inflight(tcb);
  const std::uint32_t sndcnt = recovery.prr.allow(delivered, ack, in_flight, recovery.window);
  recovery.window.cwnd = std::max(in_flight + sndcnt, recovery.window.smss);
}

// RFC 5681 section 4.1
void restart_after_idle(Tcb& tcb, Context& cx) {
  Sender& sender = sender_of(tcb);
  Recovery& recovery = sender.recovery;
  if (!tcb.flight.empty() || recovery.last_sent_at == Time{}) return;
  const Duration idle = cx.now - recovery.last_sent_at;
  sender.congestion->idle_ended(idle);
  if (!cx.config.tcp.slow_start_after_idle || idle <= tcb.rtt.rto) return;
  recovery.use.restart(recovery.window, initial_window(tcb, cx.config.tcp), cx.now);
}

void validate_congestion_window(Tcb& tcb, Context& cx) {
  if (!has_begun_to_send(tcb) || !cx.config.tcp.slow_start_after_idle) return;
  Recovery& recovery = sender_of(tcb).recovery;
  if (recovery.phase != RecoveryPhase::open) return;
  recovery.use.validate(recovery.window, inflight(tcb), initial_window(tcb, cx.config.tcp),
                        tcb.rtt.rto, cx.now);
}

}  // namespace tcpstack::tcp
