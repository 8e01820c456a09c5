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
  std::uint8_t prefix = 24;     // of the link's network, in bits: its broadcast address is no host
  std::uint16_t mtu = 1500;     // bytes of one IP packet on the device
  std::uint8_t ttl = 64;        // RFC 1700; RFC 9293 MUST-49 wants it configurable
  // The device completes TCP's checksums and cuts super-segments (packet.h, tcp/super_segment.h).
  bool offload = false;

  // How long fragments wait for the rest of their datagram.
  // Linux: RFC 1122 section 3.3.2 recommends 60 to 120 s. We wait 30 s, as Linux does (`ipfrag_time`). You can see it:
  // an incomplete datagram ends after 30 s. If its first fragment is there, its sender gets an ICMP Time Exceeded.
  Duration reassembly_timeout = std::chrono::seconds(30);
  // The bytes of all waiting fragments, plus a fixed cost for each fragment.
  // Linux: the RFCs set no limit. We keep 4 MiB, as Linux does (`ipfrag_high_thresh`). You can see it: under a
  // flood of fragments the oldest datagrams are lost, and `ip_fragment_limit` counts them.
  std::size_t reassembly_bytes = 4 << 20;
  std::size_t reassembly_datagrams = 128;  // incomplete at the same time
  // Of each datagram: 65,535 bytes need this many on a link with the smallest MTU of all, 68 bytes.
  std::size_t reassembly_fragments = 1366;

  // The ICMP errors that we send.
  // Linux: RFC 1812 section 4.3.2.8 asks for a limit and names none. We send 1,000 per second after a burst of 50, as
  // Linux does (`icmp_msgs_per_sec`, `icmp_msgs_burst`). You can see it: a fast UDP scan gets 50 port unreachables at
  // once, then one in each millisecond.
  std::uint32_t icmp_errors_per_second = 1000;
  std::uint32_t icmp_errors_burst = 50;

  // Path MTU discovery, RFC 1191: the smallest MTU that we believe.
  // Linux: RFC 1191 section 3 lets a router go down to 68 bytes. We stop at 552, as Linux does (`min_pmtu`). You
  // can see it: on a smaller link we send packets of 552 bytes without Don't Fragment, and the router cuts them.
  std::uint16_t path_mtu_min = 552;
  Duration path_mtu_lifetime = std::chrono::minutes(10);  // section 6.3, and Linux's mtu_expires
  std::size_t path_mtu_entries = 1024;                    // destinations that we remember
};

struct UdpConfig {
  // Bytes that wait in one socket.
  // Linux: the RFCs set no limit. We keep 212,992 bytes, as Linux does (`rmem_default`). You can see it:
  // when the user reads too slowly, further datagrams are dropped, and `udp_queue_full` counts them.
  std::size_t receive_buffer = 212992;
};

// A buffer that grows with use, in bytes, like Linux's tcp_rmem and tcp_wmem.
struct BufferSizes {
  std::uint32_t initial;
  std::uint32_t largest;
};

// RFC 3168; the values 0, 1 and 2 of Linux's tcp_ecn.
enum class EcnMode : std::uint8_t {
  off,
  offer,   // offer in our SYN, and accept the peer's offer
  accept,  // only accept the peer's offer
};

// The keys of the Fast Open cookies that we give. Servers behind one address share them (RFC 7413 section 4.1.2).
struct FastOpenKeys {
  using Key = std::array<std::uint8_t, 16>;
  std::optional<Key> key;      // empty: from the stack's seed, a new one each day
  std::optional<Key> old_key;  // cookies of the key before are valid, too
};

struct TcpConfig {
  // Options offered and accepted.
  bool window_scaling = true;  // RFC 7323 section 2
  bool timestamps = true;      // RFC 7323 section 3
  // Departs: by RFC 7323 section 3.2 "a TCP SHOULD silently drop the segment" without timestamps once both SYNs had them.
  // We take it, as Linux does (`tcp_fast_parse_options`): behind a box that strips the option a connection would hang. You
  // can see it: text without timestamps gets its ACK; with false it is dropped as `timestamp_missing`.
  bool accept_missing_timestamps = true;
  bool sack = true;  // RFC 2018
  EcnMode ecn = EcnMode::accept;
  std::uint16_t mss = 0;  // advertised; 0: MTU - 40 (RFC 9293 section 3.7.1)
  wire::OptionLayout option_layout = wire::OptionLayout::as_linux;

  // Linux: RFC 9293 leaves the size to us. Half of the initial receive buffer is offered as window, as in Linux, which
  // counts the rest as overhead (`tcp_rmem`, `tcp_adv_win_scale`). You can see it: a SYN offers 64,240 bytes, the
  // whole segments of 1,460 bytes in half of 131,072.
  BufferSizes receive_buffer{131072, 6 << 20};
  BufferSizes send_buffer{87380, 4 << 20};
  // The user may queue more while fewer than this many bytes wait to be sent; the same default as Linux's
  // tcp_notsent_lowat.
  std::uint32_t not_sent_low = 0xffffffff;
  // The window in our SYN, at most the buffer. 0: as many whole segments as the buffer can hold, as in Linux.
  std::uint16_t syn_window = 0;

  // RFC 6298.
  Duration rto_initial = std::chrono::seconds(1);
  // Departs: RFC 6298 (2.4) says that the RTO is at least 1 s. Ours is at least 200 ms, as in Linux (`TCP_RTO_MIN`).
  // You can see it: on a path with a steady RTT of 10 ms the retransmission timer goes off after 210 ms.
  Duration rto_min = std::chrono::milliseconds(200);
  // true: rto_min bounds SRTT + 4 RTTVAR, as (2.4) says. false: it bounds 4 RTTVAR, as in Linux.
  bool rto_min_bounds_sum = false;
  Duration rto_max = std::chrono::seconds(120);

  // RFC 9293 section 3.8.3: after R1 retransmissions the user hears of the problem, after R2 the connection is closed
  // (SHLD-10, SHLD-11: R1 at least three retransmissions, R2 at least 100 s).
  unsigned retries_r1 = 3;  // Linux has the same (tcp_retries1)
  // Linux: RFC 9293 section 3.8.3 says that R2 is at least 100 s. We retransmit 15 times, as Linux does
  // (`tcp_retries2`). You can see it: a connection whose peer is cut off ends after 15 minutes or more.
  unsigned retries_r2 = 15;
  // Departs: RFC 9293 MUST-23 says that a SYN is repeated for at least 3 minutes. We repeat it ten times and end the
  // connection after 131 s, as Linux does (`tcp_syn_retries`). You can see it: an open to an address that does not
  // answer fails after a little more than two minutes.
  unsigned syn_retries = 10;
  // Departs: RFC 9293 MUST-23 holds for a SYN, ACK, too. We repeat it five times and end the connection after 63 s,
  // as Linux does (`tcp_synack_retries`). You can see it: a scanner that sends only SYNs gets six answers to each.
  unsigned synack_retries = 5;
  // Departs: RFC 6298 (5.5) doubles the RTO at each timeout. The first four timeouts of a SYN do not double it, as in
  // Linux (`tcp_syn_linear_timeouts`). You can see it: the first five repetitions of an unanswered SYN come one
  // second apart.
  unsigned syn_linear_timeouts = 4;
  bool reset_when_given_up = false;  // after R2 send a RST: Windows does, Linux does not

  // Linux: RFC 9293 section 3.4.2 takes 2 minutes as the MSL. Ours is 30 s, because Linux's TIME-WAIT lasts 60 s
  // (`TCP_TIMEWAIT_LEN`). You can see it: the port pair is free again after one minute.
  Duration msl = std::chrono::seconds(30);
  // Linux: RFC 9293 has no timeout in FIN-WAIT-2. Once no user can read, we wait 60 s for the peer's FIN, as
  // Linux does (`tcp_fin_timeout`). You can see it: a FIN that comes later gets a RST.
  Duration fin_wait_2_timeout = std::chrono::seconds(60);

  // RFC 9293 section 3.8.6.3 (MUST-40, SHLD-18), RFC 5681 section 4.2.
  Duration delayed_ack = std::chrono::milliseconds(40);
  // Linux: RFC 9293 section 3.8.6.3 allows delayed acknowledgments from the start. The first 16 segments with text are
  // acknowledged at once, as in Linux (`TCP_MAX_QUICKACKS`). You can see it: early text gets its ACK without a delay.
  std::uint8_t quick_acks = 16;
  bool nagle = true;  // RFC 9293 section 3.7.4

  // RFC 9293 section 3.8.4: off unless the user asks for it (MUST-25), two hours of silence (MUST-27, MUST-28).
  bool keepalive = false;
  Duration keepalive_idle = std::chrono::hours(2);
  // Linux: RFC 9293 section 3.8.4 leaves the number of probes and their interval to us. We send nine, 75 s apart, as
  // Linux does (`tcp_keepalive_probes`, `tcp_keepalive_intvl`). You can see it: a dead peer is found 11 minutes and
  // 15 s after the first probe.
  Duration keepalive_interval = std::chrono::seconds(75);
  unsigned keepalive_probes = 9;

  // RFC 9293 section 3.10.8, RFC 5482: how long text may stay unacknowledged. Zero: until R2.
  Duration user_timeout{0};

  const char* congestion = "cubic";   // one of congestion_algorithms()
  bool slow_start_after_idle = true;  // RFC 5681 section 4.1
  // Text leaves at an even rate, in percent of cwnd / SRTT.
  // Linux: RFC 9002 section 7.7 suggests 125 %, for QUIC. We take 200 % in slow start and 120 % after it, as Linux
  // does (`tcp_pacing_ss_ratio`, `tcp_pacing_ca_ratio`). You can see it: with `--pacing` a window's segments leave
  // spread over half a round-trip time in slow start, and over five sixths of one later.
  bool pacing = false;
  unsigned pacing_slow_start = 200;
  unsigned pacing_avoidance = 120;
  bool tail_loss_probe = true;  // RFC 8985 section 7
  // After R1 timeouts the stack tries smaller segments: a router may drop large ones in silence (RFC 4821 section 7.7,
  // RFC 2923 section 2.1). Linux has this as tcp_mtu_probing=1.
  bool black_hole_detection = false;
  unsigned initial_window = 10;  // segments, RFC 6928

  // Linux: RFC 5961 section 7 limits challenge ACKs, for instance to ten in 5 s for the whole host. We send at most
  // one in 500 ms on each connection, as Linux does (`tcp_invalid_ratelimit`). You can see it: of many RSTs inside
  // the window only the first gets an ACK.
  Duration challenge_ack_interval = std::chrono::milliseconds(500);

  // RFC 7413. Off by default: a SYN that the network duplicates delivers its text twice (section 6.1).
  bool fast_open = false;
  bool fast_open_client =
      true;  // our SYNs ask for cookies, and carry text once the cookie is known
  bool fast_open_server = true;  // our listeners give cookies, and serve clients that return one
  // false: serve the text of any SYN, as bit 0x200 of Linux's tcp_fastopen does. Only for a network whose hosts you trust.
  bool fast_open_needs_cookie = true;
  // Of one listener: connections that are served before their handshake is over, at most (section 5.1).
  std::uint16_t fast_open_queue = 256;
  FastOpenKeys fast_open_keys;

  // true: the text of a SYN is kept until the connection is established (RFC 9293 section 3.10.7.2). false: the
  // peer has to send it again, as with Linux.
  bool keep_text_of_syn = true;

  std::size_t max_connections = 1 << 20;
  bool syn_cookies = true;             // RFC 4987 section 3.6, when the SYN queue is full
  std::size_t default_backlog = 4096;  // in SYN_RECEIVED, and waiting for accept()
};

struct Config {
  IpConfig ip;
  UdpConfig udp;
  TcpConfig tcp;
};

}  // namespace tcpstack
