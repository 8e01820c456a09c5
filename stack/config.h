// Every tunable of the core with its unit, default and source.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "stack/base/time.h"
#include "stack/wire/address.h"
#include "stack/wire/option_layout.h"

namespace tcpstack {

struct IpConfig {
  Address address{0x0a000002};  // 10.0.0.2, ours
  std::uint16_t mtu = 1500;     // bytes of one IP packet on the device
  std::uint8_t ttl = 64;        // RFC 1700; RFC 9293 MUST-49 wants it configurable
  // The device completes TCP's checksums and cuts super-segments (packet.h, tcp/super_segment.h).
  bool offload = false;

  // Reassembly. RFC 1122 section 3.3.2 recommends 60 to 120 s. Linux: ipfrag_time, ipfrag_high_thresh.
  Duration reassembly_timeout = std::chrono::seconds(30);
  std::size_t reassembly_bytes =
      4 << 20;  // of all fragments that wait, a fixed cost for each included
  std::size_t reassembly_datagrams = 128;  // at the same time
  // For each: what 65,535 bytes need on a link with the smallest MTU of all, 68 bytes.
  std::size_t reassembly_fragments = 1366;

  // ICMP errors of ours. Linux: icmp_msgs_per_sec, icmp_msgs_burst.
  std::uint32_t icmp_errors_per_second = 1000;
  std::uint32_t icmp_errors_burst = 50;

  // Path MTU discovery, RFC 1191. Linux: min_pmtu; smaller links get fragments. mtu_expires.
  std::uint16_t path_mtu_min = 552;
  Duration path_mtu_lifetime = std::chrono::minutes(10);  // section 6.3
  std::size_t path_mtu_entries = 1024;                    // destinations that we remember
};

struct UdpConfig {
  std::size_t receive_buffer = 212992;  // bytes that wait in a socket. Linux: rmem_default
};

// A buffer that grows with use, as Linux's tcp_rmem and tcp_wmem: bytes.
struct BufferSizes {
  std::uint32_t initial;
  std::uint32_t largest;
};

// RFC 3168, in the words of Linux's tcp_ecn: 0, 1 and 2.
enum class EcnMode : std::uint8_t {
  off,
  offer,   // and accept
  accept,  // when the peer offers it
};

struct TcpConfig {
  // Options offered and accepted.
  bool window_scaling = true;  // RFC 7323 section 2
  bool timestamps = true;      // RFC 7323 section 3
  bool sack = true;            // RFC 2018
  EcnMode ecn = EcnMode::accept;
  std::uint16_t mss = 0;  // advertised; 0: MTU - 40 (RFC 9293 section 3.7.1)
  wire::OptionLayout option_layout = wire::OptionLayout::as_linux;

  // Linux: half of the initial receive buffer is offered as window; it counts the rest as overhead.
  BufferSizes receive_buffer{131072, 6 << 20};
  BufferSizes send_buffer{87380, 4 << 20};
  // The user may queue more while less than this waits to be sent, in bytes. Linux: tcp_notsent_lowat.
  std::uint32_t not_sent_low = 0xffffffff;
  // In a SYN, as far as the buffer goes; 0: as many whole segments as it can hold. Linux does the latter.
  std::uint16_t syn_window = 0;

  // RFC 6298. Linux: 200 ms at the least, where rule (2.4) says 1 s.
  Duration rto_initial = std::chrono::seconds(1);
  Duration rto_min = std::chrono::milliseconds(200);
  bool rto_min_bounds_sum = false;  // (2.4) bounds SRTT and variance together, Linux the variance
  Duration rto_max = std::chrono::seconds(120);

  // RFC 9293 section 3.8.3: after R1 retransmissions IP is told to look for another way, after R2 the
  // connection is closed (SHLD-10, SHLD-11: three retransmissions, 100 s at least). Linux: tcp_retries1,
  // tcp_retries2, tcp_syn_retries, tcp_synack_retries. Departs: MUST-23, "at least 3 minutes" for a SYN: ours
  // is given up after little more than two.
  unsigned retries_r1 = 3;
  unsigned retries_r2 = 15;
  unsigned syn_retries = 10;  // Linux: 4 at even intervals, then 6 with back-off, 131 s in all
  unsigned synack_retries = 5;
  unsigned syn_linear_timeouts =
      4;  // of a SYN, before its timeouts double. Linux: tcp_syn_linear_timeouts
  bool reset_when_given_up =
      false;  // tell the peer with a RST after R2. Windows does, Linux does not

  Duration msl =
      std::chrono::seconds(30);  // RFC 9293 section 3.4.2 says 2 min; Linux: TIME_WAIT 60 s
  Duration fin_wait_2_timeout = std::chrono::seconds(60);  // Linux: tcp_fin_timeout

  // RFC 9293 section 3.8.6.3 (MUST-40, SHLD-18), RFC 5681 section 4.2.
  Duration delayed_ack = std::chrono::milliseconds(40);
  bool nagle = true;  // RFC 9293 section 3.7.4

  // RFC 9293 section 3.8.4: off unless the user asks for it (MUST-25), two hours of silence (MUST-27, MUST-28).
  bool keepalive = false;
  Duration keepalive_idle = std::chrono::hours(2);
  Duration keepalive_interval = std::chrono::seconds(75);  // Linux: tcp_keepalive_intvl
  unsigned keepalive_probes = 9;                           // Linux: tcp_keepalive_probes

  // RFC 9293 section 3.10.8, RFC 5482: how long text may stay unacknowledged; zero: until R2.
  Duration user_timeout{0};

  const char* congestion = "cubic";   // one of congestion_algorithms()
  bool slow_start_after_idle = true;  // RFC 5681 section 4.1
  // Text leaves at an even rate: so many hundredths of cwnd / SRTT. Linux: tcp_pacing_ss_ratio, tcp_pacing_ca_ratio.
  bool pacing = false;
  unsigned pacing_slow_start = 200;
  unsigned pacing_avoidance = 120;
  bool tail_loss_probe = true;  // RFC 8985 section 7
  // After R1 timeouts smaller segments are tried, for a router that drops large ones in silence (RFC 4821
  // section 7.7, RFC 2923 section 2.1). Linux: tcp_mtu_probing=1.
  bool black_hole_detection = false;
  unsigned initial_window = 10;  // segments, RFC 6928

  // RFC 5961 section 7: at most one challenge ACK per this time and connection.
  Duration challenge_ack_interval = std::chrono::milliseconds(500);  // Linux: tcp_invalid_ratelimit

  // RFC 7413, both sides. Off unless asked for, since the text of a SYN that the network duplicates is taken twice
  // (section 6.1).
  bool fast_open = false;
  // Listeners: so many connections may be served before their handshake is over (section 5.1).
  std::uint16_t fast_open_queue = 256;
  // Of the cookies that we give; nothing: drawn at random. Servers behind one address share it (section 4.1.2).
  std::optional<std::array<std::uint8_t, 16>> fast_open_key;

  // Text of a SYN is kept until the connection is established (RFC 9293 section 3.10.7.2); else it is left to its
  // retransmission, as Linux does.
  bool keep_text_of_syn = true;

  std::size_t max_connections = 1 << 20;
  bool syn_cookies = true;             // RFC 4987 section 3.6, when the SYN queue is full
  std::size_t default_backlog = 4096;  // connections waiting in SYN_RECEIVED, or to be accepted
};

struct Config {
  IpConfig ip;
  UdpConfig udp;
  TcpConfig tcp;
};

}  // namespace tcpstack
