#include "stack/tcp/info.h"

namespace tcpstack::tcp {

namespace {

constexpr std::uint32_t kUnknownSsthresh = 0x7fffffff;  // Linux: TCP_INFINITE_SSTHRESH

CongestionState ca_state(const Tcb& tcb) {
  switch (tcb.recovery.phase) {
    case RecoveryPhase::recovery: return CongestionState::recovery;
    case RecoveryPhase::loss: return CongestionState::loss;
    case RecoveryPhase::open: break;
  }
  const bool disorder = tcb.recovery.sacked > 0 || tcb.recovery.duplicate_acks > 0;
  return disorder ? CongestionState::disorder : CongestionState::open;
}

std::uint32_t in_segments(const Tcb& tcb, std::uint32_t bytes) { return bytes / tcb.snd.smss; }

// A record counts as the segments of SMSS that it makes.
void count_queue(const Tcb& tcb, TcpInfo& info) {
  for (std::size_t i = 0; i < tcb.sent.size(); ++i) {
    const Sent& record = tcb.sent[i];
    const std::uint32_t segments = (record.len + tcb.snd.smss - 1) / tcb.snd.smss;
    info.unacked += segments;
    if (record.sacked) info.sacked += segments;
    if (record.lost) info.lost += segments;
    if (record.retransmitted() && record.in_flight()) info.retrans += segments;
  }
}

void show_options(const Tcb& tcb, TcpInfo& info) {
  info.timestamps = tcb.ts.ok;
  info.sack = tcb.sack_permitted;
  info.ecn = tcb.ecn.ok;
  info.window_scaling = tcb.window_scaling;
  info.snd_wscale = tcb.snd.wind_shift;
  info.rcv_wscale = tcb.rcv.wind_shift;
}

void show_times(const Tcb& tcb, TcpInfo& info) {
  info.rto = tcb.rtt.rto;
  info.rtt = tcb.rtt.srtt;
  info.rttvar = tcb.rtt.rttvar;
  info.min_rtt = tcb.rack.min_rtt == Duration::max() ? Duration::zero() : tcb.rack.min_rtt;
  info.backoff = tcb.retransmissions;
  info.probes = tcb.keepalive.unanswered;
}

void show_windows(const Tcb& tcb, TcpInfo& info) {
  const CongestionWindow& window = tcb.recovery.window;
  info.snd_mss = tcb.snd.smss;
  info.rcv_mss = tcb.rcv.mss;
  info.advmss = tcb.rcv.mss;
  info.snd_cwnd = in_segments(tcb, window.cwnd);
  info.snd_ssthresh =
      window.ssthresh == 0xffffffff ? kUnknownSsthresh : in_segments(tcb, window.ssthresh);
  info.snd_wnd = tcb.snd.wnd;
  info.rcv_wnd = tcb.rcv.wnd;
}

}  // namespace

TcpInfo tcp_info(const Tcb& tcb) {
  TcpInfo info;
  info.state = tcb.state;
  info.ca_state = ca_state(tcb);
  info.reordering_seen = tcb.rack.reordering_seen;
  info.total_retrans = tcb.figures.retransmitted;
  info.delivered = tcb.figures.delivered;
  info.bytes_acked = tcb.figures.bytes_acked;
  info.bytes_received = tcb.figures.bytes_received;
  const Seq end = text_end(tcb);
  info.notsent_bytes = end > tcb.snd.nxt ? distance(tcb.snd.nxt, end) : 0;
  show_options(tcb, info);
  show_times(tcb, info);
  show_windows(tcb, info);
  count_queue(tcb, info);
  return info;
}

}  // namespace tcpstack::tcp
