// tcp_info by the names that `%{ assert tcpi_... }%` uses, over the core's tcp::TcpInfo.
#include <array>
#include <netinet/tcp.h>

#include "apps/tcpdrill/run/host.h"

namespace tcpstack::drill {
namespace {

using tcp::TcpInfo;

std::int64_t state_number(const TcpInfo& info) {
  switch (info.state) {
    case tcp::State::CLOSED: return TCP_CLOSE;
    case tcp::State::LISTEN: return TCP_LISTEN;
    case tcp::State::SYN_SENT: return TCP_SYN_SENT;
    case tcp::State::SYN_RECEIVED: return TCP_SYN_RECV;
    case tcp::State::ESTABLISHED: return TCP_ESTABLISHED;
    case tcp::State::FIN_WAIT_1: return TCP_FIN_WAIT1;
    case tcp::State::FIN_WAIT_2: return TCP_FIN_WAIT2;
    case tcp::State::CLOSE_WAIT: return TCP_CLOSE_WAIT;
    case tcp::State::CLOSING: return TCP_CLOSING;
    case tcp::State::LAST_ACK: return TCP_LAST_ACK;
    case tcp::State::TIME_WAIT: return TCP_TIME_WAIT;
  }
  return 0;
}

std::int64_t congestion_number(const TcpInfo& info) {
  switch (info.ca_state) {
    case tcp::CongestionState::open: return TCP_CA_Open;
    case tcp::CongestionState::disorder: return TCP_CA_Disorder;
    case tcp::CongestionState::cwr: return TCP_CA_CWR;
    case tcp::CongestionState::recovery: return TCP_CA_Recovery;
    case tcp::CongestionState::loss: return TCP_CA_Loss;
  }
  return 0;
}

std::int64_t options(const TcpInfo& info) {
  std::int64_t bits = 0;
  if (info.timestamps) bits |= TCPI_OPT_TIMESTAMPS;
  if (info.sack) bits |= TCPI_OPT_SACK;
  if (info.window_scaling) bits |= TCPI_OPT_WSCALE;
  if (info.ecn) bits |= TCPI_OPT_ECN;
  if (info.syn_text) bits |= TCPI_OPT_SYN_DATA;
  return bits;
}

struct Field {
  std::string_view name;
  std::int64_t (*read)(const TcpInfo&);
};

// A field of the same name and unit.
#define SAME(field)                                                                   \
  Field {                                                                             \
    #field, [](const TcpInfo& info) { return static_cast<std::int64_t>(info.field); } \
  }
// Times are microseconds.
#define MICROSECONDS(field)                                                      \
  Field {                                                                        \
    #field, [](const TcpInfo& info) { return std::int64_t{info.field.count()}; } \
  }

// Linux has times since an event, in milliseconds.
#define MILLISECONDS(field)                                                             \
  Field {                                                                               \
    #field, [](const TcpInfo& info) { return std::int64_t{info.field.count() / 1000}; } \
  }

constexpr std::array kFields = {
    Field{"state", state_number},
    Field{"ca_state", congestion_number},
    Field{"options", options},
    MICROSECONDS(rto),
    MICROSECONDS(rtt),
    MICROSECONDS(rttvar),
    MICROSECONDS(min_rtt),
    MICROSECONDS(rcv_rtt),
    MICROSECONDS(busy_time),
    MICROSECONDS(rwnd_limited),
    MICROSECONDS(sndbuf_limited),
    MILLISECONDS(last_data_sent),
    MILLISECONDS(last_data_recv),
    MILLISECONDS(last_ack_recv),
    SAME(snd_wscale),
    SAME(rcv_wscale),
    SAME(backoff),
    SAME(probes),
    SAME(snd_mss),
    SAME(rcv_mss),
    SAME(advmss),
    SAME(snd_cwnd),
    SAME(snd_ssthresh),
    SAME(snd_wnd),
    SAME(rcv_wnd),
    SAME(rcv_space),
    SAME(unacked),
    SAME(sacked),
    SAME(lost),
    SAME(retrans),
    SAME(total_retrans),
    SAME(delivered),
    SAME(bytes_acked),
    SAME(bytes_received),
    SAME(bytes_sent),
    SAME(bytes_retrans),
    SAME(segs_in),
    SAME(segs_out),
    SAME(data_segs_in),
    SAME(data_segs_out),
    SAME(rcv_ooopack),
    SAME(reordering),
    SAME(reord_seen),
    SAME(dsack_dups),
    SAME(notsent_bytes),
    SAME(delivery_rate),
    SAME(delivery_rate_app_limited),
    SAME(pacing_rate),
    SAME(max_pacing_rate),
};
#undef SAME
#undef MICROSECONDS
#undef MILLISECONDS

}  // namespace

std::optional<std::int64_t> Host::info(ConnectionId connection, std::string_view field) const {
  const auto info = stack_.tcp_info(connection, stack_time());
  if (!info) return std::nullopt;
  for (const Field& known : kFields) {
    if (known.name == field) return known.read(*info);
  }
  return std::nullopt;
}

}  // namespace tcpstack::drill
