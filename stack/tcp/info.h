// The figures of a connection that Linux shows as TCP_INFO and `ss -ti`, for people and for scripts.
#pragma once

#include <cstdint>

#include "stack/base/time.h"
#include "stack/config.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Linux's names for the phases of congestion control.
enum class CongestionState : std::uint8_t { open, disorder, cwr, recovery, loss };

struct TcpInfo {
  State state = State::CLOSED;
  CongestionState ca_state = CongestionState::open;
  bool timestamps = false;
  bool sack = false;
  bool window_scaling = false;
  bool ecn = false;
  bool syn_text = false;  // the SYN's text was acknowledged with it (RFC 7413)
  std::uint8_t snd_wscale = 0;
  std::uint8_t rcv_wscale = 0;

  Duration rto{0};
  Duration rtt{0};  // SRTT
  Duration rttvar{0};
  Duration min_rtt{0};
  Duration rcv_rtt{0};   // measured by the receiver of text
  unsigned backoff = 0;  // the number of doublings of the RTO
  unsigned probes = 0;   // unanswered window probes and keep-alives

  // The time since the event; zero if it never happened.
  Duration last_data_sent{0};
  Duration last_data_recv{0};
  Duration last_ack_recv{0};
  // The time with text to send or to be acknowledged; and the parts of it that the peer's window, or the room in
  // the user's buffer, limited.
  Duration busy_time{0};
  Duration rwnd_limited{0};
  Duration sndbuf_limited{0};

  std::uint32_t snd_mss = 0;  // bytes of text in a full-sized segment
  std::uint32_t rcv_mss = 0;
  std::uint32_t advmss = 0;
  std::uint32_t snd_cwnd = 0;      // in segments
  std::uint32_t snd_ssthresh = 0;  // in segments; 0x7fffffff: not yet known
  std::uint32_t snd_wnd = 0;       // bytes
  std::uint32_t rcv_wnd = 0;       // bytes
  std::uint32_t rcv_space = 0;     // bytes that the user reads in one rcv_rtt
  std::uint32_t unacked = 0;       // segments in the retransmission queue
  std::uint32_t sacked = 0;        // of these, SACKed
  std::uint32_t lost = 0;          // declared lost
  std::uint32_t retrans = 0;       // retransmitted and in flight
  std::uint32_t total_retrans = 0;
  std::uint32_t delivered = 0;  // segments, our SYN and SACKed ones included
  bool reordering_seen = false;
  std::uint32_t reordering =
      0;  // the largest distance by which a segment was overtaken, in segments
  std::uint32_t reord_seen = 0;  // the number of overtaken segments
  std::uint32_t dsack_dups = 0;  // duplicates that the peer has reported
  std::uint64_t bytes_acked = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;  // retransmissions included
  std::uint64_t bytes_retrans = 0;
  std::uint32_t segs_in = 0;
  std::uint32_t segs_out = 0;
  std::uint32_t data_segs_in = 0;  // with text
  std::uint32_t data_segs_out = 0;
  std::uint32_t rcv_ooopack = 0;  // segments with text beyond a hole
  std::uint32_t notsent_bytes = 0;
  std::uint64_t delivery_rate = 0;         // bytes a second, the last measurement; zero: none yet
  bool delivery_rate_app_limited = false;  // measured while the user had nothing left to send
  std::uint64_t pacing_rate = 0;           // bytes a second that pacing allows, or would allow
  std::uint64_t max_pacing_rate = 0;       // 2^64 - 1: no limit
};

TcpInfo tcp_info(const Tcb& tcb, const TcpConfig& config, Time now);

}  // namespace tcpstack::tcp
