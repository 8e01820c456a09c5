#include "stack/tcp/info.h"

#include <limits>

#include "stack/tcp/loss/cwnd.h"
#include "stack/tcp/receive/receive_rate.h"
#include "stack/tcp/send/limits.h"
#include "stack/tcp/send/pacing.h"

namespace tcpstack::tcp {

namespace {

constexpr std::uint32_t kUnknownSsthresh = 0x7fffffff;  // Linux's TCP_INFINITE_SSTHRESH

CongestionState ca_state(const Tcb& tcb) {
  const Recovery& recovery = tcb.sender->recovery;
  switch (recovery.phase) {
    case RecoveryPhase::recovery: return CongestionState::recovery;
    case RecoveryPhase::loss: return CongestionState::loss;
    case RecoveryPhase::cwr: return CongestionState::cwr;
    case RecoveryPhase::open: break;
  }
  const bool disorder = tcb.flight.sacked() > 0 || recovery.duplicates.count > 0;
  return disorder ? CongestionState::disorder : CongestionState::open;
}

std::uint32_t in_segments(const Tcb& tcb, std::uint32_t bytes) { return bytes / tcb.snd.smss; }

// Linux: no RFC defines the count of lost segments. A lost segment counts until it is acknowledged, also after its
// retransmission, as in Linux (`tcpi_lost`). You can see it: one segment counts in `lost` and in `retrans`.
bool counts_as_lost(const Tcb& tcb, const Sent& record) {
  const bool again = record.retransmitted() && record.in_flight();
  return record.lost || (again && tcb.sender->recovery.repairs_loss());
}

// A record counts as the number of SMSS-sized segments in it.
void count_queue(const Tcb& tcb, TcpInfo& info) {
  for (std::size_t i = 0; i < tcb.flight.size(); ++i) {
    const Sent& record = tcb.flight[i];
    const std::uint32_t segments = (record.len + tcb.snd.smss - 1) / tcb.snd.smss;
    info.unacked += segments;
    if (record.sacked) info.sacked += segments;
    if (counts_as_lost(tcb, record)) info.lost += segments;
    if (record.retransmitted() && record.in_flight()) info.retrans += segments;
  }
}

void show_options(const Tcb& tcb, TcpInfo& info) {
  info.timestamps = tcb.ts.ok;
  info.sack = tcb.sack_permitted;
  info.ecn = tcb.ecn.ok;
  info.syn_text = tcb.syn_text_taken;
  info.window_scaling = tcb.window_scaling;
  info.snd_wscale = tcb.snd.wind_shift;
  info.rcv_wscale = tcb.rcv.wind_shift;
}

// Before any text is sent, the round trip of the SYN.
Duration min_rtt(const Tcb& tcb) {
  if (!tcb.sender.is_made()) return tcb.rtt.srtt;
  const Duration min_rtt = tcb.sender->rack.min_rtt;
  return min_rtt == Duration::max() ? Duration::zero() : min_rtt;
}

void show_times(const Tcb& tcb, TcpInfo& info) {
  info.rto = tcb.rtt.rto;
  info.rtt = tcb.rtt.srtt;
  info.rttvar = tcb.rtt.rttvar;
  info.min_rtt = min_rtt(tcb);
  info.rcv_rtt = tcb.receive_rate->rtt;
  info.backoff = tcb.rtt.backoff;
  info.probes = tcb.keepalive.unanswered + tcb.window_probes;
}

Duration ago(Time then, Time now) { return then == Time{} ? Duration::zero() : now - then; }

void show_ages(const Tcb& tcb, TcpInfo& info, Time now) {
  info.last_data_sent = ago(tcb.sender->recovery.last_sent_at, now);
  info.last_data_recv = ago(tcb.ack.last_text, now);
  info.last_ack_recv = ago(tcb.keepalive.last_heard, now);
}

void show_limits(const Tcb& tcb, TcpInfo& info, Time now) {
  const Limits limits = limits_until(tcb, now);
  info.busy_time = limits.network + limits.receive_window + limits.send_buffer;
  info.rwnd_limited = limits.receive_window;
  info.sndbuf_limited = limits.send_buffer;
}

void show_windows(const Tcb& tcb, const TcpConfig& config, TcpInfo& info) {
  const CongestionWindow window = congestion_window(tcb, config);
  info.snd_mss = tcb.snd.smss;
  info.rcv_mss = tcb.rcv.mss;
  info.advmss = tcb.rcv.mss;
  info.snd_cwnd = in_segments(tcb, window.cwnd);
  info.snd_ssthresh =
      window.ssthresh == 0xffffffff ? kUnknownSsthresh : in_segments(tcb, window.ssthresh);
  info.snd_wnd = tcb.snd.wnd;
  info.rcv_wnd = tcb.rcv.wnd;
  info.rcv_space = receive_space(tcb);
}

void show_figures(const Tcb& tcb, TcpInfo& info) {
  const Figures& figures = tcb.statistics->figures;
  info.total_retrans = figures.retransmitted;
  // Linux: no RFC defines the count. Our SYN is one of them once it is acknowledged, as in Linux (`tcpi_delivered`). You can
  // see it: an established connection begins with 1.
  info.delivered = figures.delivered + (is_syn_out(tcb) ? 0 : 1);
  info.bytes_acked = figures.bytes_acked;
  info.bytes_received = figures.bytes_received;
  info.bytes_sent = figures.bytes_sent;
  info.bytes_retrans = figures.bytes_retransmitted;
  info.segs_in = tcb.segments_in;
  info.segs_out = tcb.segments_out;
  info.data_segs_in = figures.data_segments_in;
  info.data_segs_out = figures.data_segments_out;
  info.rcv_ooopack = figures.out_of_order;
  info.reord_seen = figures.reorderings;
  info.dsack_dups = figures.d_sacks;
}

void show_rates(const Tcb& tcb, const TcpConfig& config, TcpInfo& info) {
  info.delivery_rate = tcb.statistics->delivery.rate;
  info.delivery_rate_app_limited = tcb.statistics->delivery.app_limited;
  info.pacing_rate = pacing_rate(tcb, config);
  const std::uint64_t limit = tcb.options->max_pacing_rate;
  info.max_pacing_rate = limit != 0 ? limit : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

TcpInfo tcp_info(const Tcb& tcb, const TcpConfig& config, Time now) {
  TcpInfo info;
  info.state = tcb.state;
  info.ca_state = ca_state(tcb);
  info.reordering_seen = tcb.sender->rack.reordering_seen;
  info.reordering = tcb.sender->rack.reordering;
  info.notsent_bytes = not_sent(tcb);
  show_options(tcb, info);
  show_times(tcb, info);
  show_ages(tcb, info, now);
  show_limits(tcb, info, now);
  show_windows(tcb, config, info);
  show_figures(tcb, info);
  show_rates(tcb, config, info);
  count_queue(tcb, info);
  return info;
}

}  // namespace tcpstack::tcp
