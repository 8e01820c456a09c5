// What Linux shows as TCP_INFO and `ss -ti`: the figures of a connection, for people and for scripts.
#pragma once

#include <cstdint>

#include "stack/base/time.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Linux's words for where congestion control stands.
enum class CongestionState : std::uint8_t { open, disorder, cwr, recovery, loss };

struct TcpInfo {
  State state = State::CLOSED;
  CongestionState ca_state = CongestionState::open;
  bool timestamps = false;
  bool sack = false;
  bool window_scaling = false;
  bool ecn = false;
  std::uint8_t snd_wscale = 0;
  std::uint8_t rcv_wscale = 0;

  Duration rto{0};
  Duration rtt{0};  // SRTT
  Duration rttvar{0};
  Duration min_rtt{0};
  unsigned backoff = 0;  // timeouts in a row
  unsigned probes = 0;   // window probes and keep-alives unanswered

  std::uint32_t snd_mss = 0;  // bytes of text in a full-sized segment
  std::uint32_t rcv_mss = 0;
  std::uint32_t advmss = 0;
  std::uint32_t snd_cwnd = 0;      // in segments
  std::uint32_t snd_ssthresh = 0;  // in segments; 0x7fffffff: not yet known
  std::uint32_t snd_wnd = 0;       // bytes
  std::uint32_t rcv_wnd = 0;       // bytes
  std::uint32_t unacked = 0;       // segments in the retransmission queue
  std::uint32_t sacked = 0;        // of these, SACKed
  std::uint32_t lost = 0;          // given up
  std::uint32_t retrans = 0;       // retransmitted and in flight
  std::uint32_t total_retrans = 0;
  std::uint32_t delivered = 0;  // segments, SACKed ones included
  bool reordering_seen = false;
  std::uint64_t bytes_acked = 0;
  std::uint64_t bytes_received = 0;
  std::uint32_t notsent_bytes = 0;
};

TcpInfo tcp_info(const Tcb& tcb);

}  // namespace tcpstack::tcp
