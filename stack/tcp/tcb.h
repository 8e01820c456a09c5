// The transmission control block, RFC 9293 section 3.3.1.
//
// The protocol variables are public fields under the RFC's names: `print tcb` in gdb is the RFC's
// Figures 3 and 4. What one mechanism uses has that mechanism's name; what few connections need is made on demand.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "stack/base/block_pool.h"
#include "stack/base/byte_queue.h"
#include "stack/base/on_demand.h"
#include "stack/base/range_set.h"
#include "stack/base/ring.h"
#include "stack/base/shared.h"
#include "stack/base/slab.h"
#include "stack/base/time.h"
#include "stack/tcp/agreed/ecn.h"
#include "stack/tcp/alarms.h"
#include "stack/tcp/loss/delivery_rate.h"
#include "stack/tcp/loss/flight.h"
#include "stack/tcp/loss/rtt.h"
#include "stack/tcp/loss/sender.h"
#include "stack/tcp/segment.h"
#include "stack/tcp/seq.h"
#include "stack/tcp/state.h"
#include "stack/trace/why.h"

namespace tcpstack::tcp {

// What the user is told when a call fails; the words of RFC 9293 section 3.10.
enum class Error : std::uint8_t {
  none,
  does_not_exist,  // "error: connection does not exist"
  already_exists,  // "error: connection already exists"
  closing,         // "error: connection closing"
  reset,           // "error: connection reset"
  refused,         // "error: connection refused"
  aborted,         // "error: connection aborted due to user timeout"
  illegal,         // "error: connection illegal for this process"
  insufficient,    // "error: insufficient resources"
  would_block,     // not in the RFC: nothing to do at the moment, wait for an event
  address_in_use,  // not in the RFC: another listener has the port
  // Told by ICMP (icmp_errors.h).
  net_unreachable,
  host_unreachable,
  protocol_unreachable,
};

// The Send Sequence Space, Figure 3. Windows have 32 bits (REC-1).
struct SendSequenceSpace {
  Seq una;                // SND.UNA, oldest unacknowledged sequence number
  Seq nxt;                // SND.NXT, next sequence number to be sent
  std::uint32_t wnd = 0;  // SND.WND, already scaled, in bytes
  Seq up;                 // SND.UP
  Seq wl1;                // SND.WL1, SEG.SEQ of the last window update
  Seq wl2;                // SND.WL2, SEG.ACK of the last window update
  Seq iss;                // ISS

  Seq small_end;              // the end of the last segment sent that was not full-sized (nagle.h)
  std::uint32_t max_wnd = 0;  // Max(SND.WND), the largest window seen (section 3.8.6.2.1)
  std::uint8_t wind_shift = 0;      // Snd.Wind.Shift (RFC 7323 section 2.3)
  std::uint32_t smss = 536;         // SMSS: the text of one full-sized segment beside its options
  std::uint16_t mss = 536;          // SendMSS, what the peer can take (section 3.7.1)
  std::uint16_t path_mtu = 0xffff;  // the path takes packets of so many bytes (path_mtu.h)
};

// RFC 5961 section 5.2: "SND.UNA - MAX.SND.WND <= SEG.ACK <= SND.NXT".
bool is_ack_in_range(const SendSequenceSpace& snd, Seq ack);

// The Receive Sequence Space, Figure 4. Windows have 32 bits (REC-1).
struct ReceiveSequenceSpace {
  Seq nxt;                // RCV.NXT, next sequence number expected
  std::uint32_t wnd = 0;  // RCV.WND, in bytes; RCV.NXT + RCV.WND is the right edge we have promised
  Seq up;                 // RCV.UP
  Seq irs;                // IRS

  std::uint8_t wind_shift = 0;     // Rcv.Wind.Shift (RFC 7323 section 2.3)
  std::uint8_t offered_shift = 0;  // the one in our SYN: it counts if the peer's SYN has one, too
  std::uint16_t mss = 0;           // the MSS option that we send
};

// The options that count only if both SYNs have them.
struct Features {
  bool window_scaling : 1 = false;  // RFC 7323 section 2
  bool timestamps : 1 = false;      // RFC 7323 section 3
  bool sack : 1 = false;            // RFC 2018
  bool ecn : 1 = false;             // RFC 3168
};

// RFC 7323 section 4.3: TS.Recent and what goes with it.
struct TimestampState {
  bool ok = false;           // Snd.TS.OK: both SYNs had the option
  std::uint32_t recent = 0;  // TS.Recent
  Time recent_age;           // when TS.Recent was stored (section 5.5: it is void after 24 days)
  std::uint32_t offset = 0;  // our clock's start, a keyed function of the four-tuple
};

// What keeps the sender from sending more (limits.h).
enum class Limit : std::uint8_t { none, network, receive_window, send_buffer };

// The time spent with each limit, like Linux's tcp_chrono.
struct Limits {
  Limit now = Limit::none;
  Time since{};
  Duration network{0};
  Duration receive_window{0};
  Duration send_buffer{0};
};

// Which acknowledgment we owe, and why.
struct AckPolicy {
  Why why;
  bool now = false;  // send one at the next opportunity
  // Without SACK: duplicate ACKs, one for each segment that came beyond a hole (RFC 5681 section 4.2).
  std::uint16_t duplicates = 0;
  bool pushed = false;       // text with PSH is among what has not been acknowledged
  bool interactive = false;  // the user answers what it reads: an ACK had better wait for that
  std::uint8_t quick = 0;    // acknowledgments still sent without delay at the start
  std::uint32_t unacknowledged = 0;  // bytes of text received since our last acknowledgment
  Seq last_ack_sent;                 // Last.ACK.sent (RFC 7323 section 4.3)
  Time last_text{};                  // when text last arrived
  Time last_challenge{Time::min()};  // RFC 5961 section 7
};

// What to do about links on the path that are too small (path_mtu.h). The numbers are those of Linux's
// IP_MTU_DISCOVER.
enum class PathMtuDiscovery : std::uint8_t {
  dont,  // IP_PMTUDISC_DONT: routers fragment what is too large, and what they say is not heard
  want,  // RFC 1191: smaller segments, with Don't Fragment; without it where a link is smaller than all we believe
  force,  // IP_PMTUDISC_DO: RFC 1191, and Don't Fragment whatever the link
  probe,  // IP_PMTUDISC_PROBE: Don't Fragment, and what routers say is not heard
};

// What the user may set on a connection; the configuration has the defaults.
struct ConnectionOptions {
  std::uint8_t dscp = 0;        // the Diffserv field of what is sent, 6 bits (MUST-48, SHLD-21)
  bool report_problems = true;  // soft errors, and R1 (SHLD-20)
  bool nagle = true;            // RFC 9293 section 3.7.4
  bool cork = false;            // text for less than a segment waits for more (nagle.h)
  bool keepalive = false;       // RFC 9293 section 3.8.4
  bool pacing = false;          // text leaves at an even rate (pacing.h)
  PathMtuDiscovery path_mtu_discovery = PathMtuDiscovery::want;
  // Before the SYN: the largest segment announced and sent (section 3.7.1); zero: as the MTU has it.
  std::uint16_t max_segment = 0;
  std::uint16_t syn_retries = 0;  // of a SYN, be it with an ACK or not; zero: the configuration's
  // The user may queue more while fewer than this many bytes wait to be sent (Linux's TCP_NOTSENT_LOWAT).
  std::uint32_t not_sent_low = 0xffffffff;
  std::uint32_t send_buffer = 0;     // bytes; zero: it grows with use (buffers.h)
  std::uint32_t receive_buffer = 0;  // bytes, the window; zero: it grows with use
  // Bytes a second at most, when paced; zero: no limit (Linux's SO_MAX_PACING_RATE).
  std::uint64_t max_pacing_rate = 0;
  const char* congestion = "cubic";  // one of congestion_algorithms() (MAY-18)
  // Of a listener: so many connections may be served before their handshake is over (RFC 7413 section 5.1).
  std::uint16_t fast_open_queue = 0;
  Duration keepalive_idle{0};
  Duration keepalive_interval{0};
  unsigned keepalive_probes = 0;
  Duration user_timeout{0};  // RFC 9293 section 3.10.8; zero: R2 decides
};

// RFC 7413 (fast_open.h), until the handshake is over.
struct FastOpen {
  std::optional<wire::FastOpenCookie> option;  // of our first SYN; an empty cookie asks for one
  bool experimental = false;                   // in the form of RFC 6994
  std::uint16_t syn_text = 0;                  // bytes that go with it
  bool served = false;  // the peer's SYN had a valid cookie: the user may answer its text already
};

// RFC 9293 section 3.8.4 (keepalive.h).
struct Keepalive {
  Time last_heard{};        // when the last segment arrived that was acceptable, ACK included
  unsigned unanswered = 0;  // probes since then
  bool due = false;         // a probe is to be sent
};

// How fast the user reads: the receive buffer grows with it (buffers.h).
struct ReceiveRate {
  Time round_begin{};
  std::uint32_t read = 0;   // bytes in the present round-trip time
  std::uint32_t space = 0;  // bytes in the best round-trip time so far
  // The round-trip time as the receiver of text sees it; zero: not known.
  Duration rtt{0};
  std::uint32_t echo = 0;  // the TSecr that was measured last
  Seq window_end;          // without timestamps: when this arrives, a window's worth ...
  Time window_begin{};     // ... has taken the time since then
};

// Text that came out of order, and what SACK says of it (sack.h).
struct OutOfOrder {
  base::RangeSet<Seq> held;             // beyond a hole
  std::array<Seq, 4> latest;            // where the last segments beyond holes began, newest first
  base::Ring<wire::SackBlock> d_sacks;  // duplicates: an acknowledgment reports the oldest of them
};

// Totals, for those who look (info.h). Segments are counted as they are on the wire, super-segments in their parts.
struct Figures {
  std::uint64_t bytes_acked = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;  // retransmissions included
  std::uint64_t bytes_retransmitted = 0;
  std::uint32_t delivered = 0;         // segments
  std::uint32_t retransmitted = 0;     // segments
  std::uint32_t data_segments_in = 0;  // with text
  std::uint32_t data_segments_out = 0;
  std::uint32_t out_of_order = 0;  // segments with text that came after a hole
  std::uint32_t reorderings = 0;   // how often a segment was seen to be overtaken
  std::uint32_t d_sacks = 0;       // duplicates that the peer has reported
};

// Counts and measurements, from the first text on.
struct Statistics {
  Figures figures;
  DeliveryRate delivery;
  Limits limits;
};

// What the user has been promised and has not been told yet.
struct UserEvents {
  bool established : 1 = false;
  bool readable : 1 = false;
  bool writable : 1 = false;
  bool closed : 1 = false;
  bool urgent : 1 = false;
  bool delivery_problem : 1 = false;
  [[nodiscard]] bool any() const {
    return established || readable || writable || closed || urgent || delivery_problem;
  }
};

struct Tcb {
  Tcb(base::BlockPool& pool, base::TimerWheel& wheel);
  Tcb(const Tcb&) = delete;
  Tcb& operator=(const Tcb&) = delete;
  ~Tcb();

  State state = State::CLOSED;
  bool passive = false;            // came from LISTEN by a SYN (MUST-11)
  bool queued_for_accept = false;  // stands in its listener's accept queue
  bool accepted = false;           // the user holds its handle
  bool released = false;           // the user has given the handle back
  bool error_told = false;         // the user has heard of `error`
  Error error = Error::none;       // why it is CLOSED
  Error soft_error = Error::none;  // what ICMP has said since the last acknowledgment
  UserEvents events;
  bool in_ready_list = false;
  bool in_event_list = false;

  Endpoint local;
  Endpoint remote;
  base::Handle id;        // its own handle
  base::Handle listener;  // whose SYN queue it stands in

  SendSequenceSpace snd;
  ReceiveSequenceSpace rcv;
  std::uint32_t receive_capacity = 0;  // bytes, the largest window
  TimestampState ts;
  RoundTripTime rtt;
  AckPolicy ack;
  base::OnDemand<Sender> sender;
  Ecn ecn;
  base::Shared<ConnectionOptions> options;  // its listener's, until the user changes them
  Keepalive keepalive;
  base::OnDemand<ReceiveRate> receive_rate;
  base::OnDemand<Statistics> statistics;
  std::uint32_t segments_in = 0;  // on the wire
  std::uint32_t segments_out = 0;
  std::unique_ptr<FastOpen> fast_open;
  Features offered;  // by our SYN; of a passive open, what our SYN, ACK may agree to
  // Agreed on: both SYNs had the option. So are ts.ok and ecn.ok. All are false until the peer's SYN has come.
  bool window_scaling = false;      // RFC 7323 section 2
  bool sack_permitted = false;      // RFC 2018
  bool syn_text_taken = false;      // the SYN's text was acknowledged with it (RFC 7413)
  std::uint16_t kept_syn_text = 0;  // bytes of the peer's SYN that wait at RCV.NXT for ESTABLISHED

  // Text to be sent and not yet acknowledged; its first byte has sequence number send_begin.
  bool send_refused = false;       // the user waits for room: tell it
  bool more_follows = false;       // said with the last SEND: it is corked
  bool pushed = true;              // the last SEND had the PUSH flag (MAY-16): no more follows
  bool uncorked = false;           // corked text has waited long enough
  bool window_probe_due = false;   // send into a closed window: the persist timer went off
  std::uint8_t window_probes = 0;  // since the peer was last heard
  bool fin_queued = false;         // the user has said CLOSE: a FIN follows the last byte
  bool fin_sent = false;
  std::uint16_t retransmissions = 0;  // of the oldest segment, in a row: compared with R1 and R2
  Seq send_begin;
  std::uint32_t send_capacity = 0;  // bytes the user may have queued
  base::ByteQueue send_queue;
  base::OnDemand<base::Ring<Seq>> record_ends;  // of text not yet sent, oldest first (records.h)
  Flight flight;                                // the retransmission queue

  // Text received: readable bytes end at RCV.NXT, bytes after a hole are written ahead.
  base::ByteQueue receive_queue;
  base::OnDemand<OutOfOrder> out_of_order;
  std::optional<Seq> fin;  // the sequence number of the peer's FIN (receive/reassembly.h)

  Alarms alarms;
};

static_assert(sizeof(Tcb) <= 528,
              "an idle connection costs 1 KiB, the user's part included; see docs/decisions.md");

// Makes the sender's part, if there is none yet.
Sender& make_sender(Tcb& tcb);

// The sender's part, to be written to. Requires: it has been made. Looking at it in a debugger changes nothing.
inline Sender& sender_of(Tcb& tcb) { return *tcb.sender.get(); }

// Has anything but a SYN been sent (start_congestion_control)? The sender's part may exist before.
inline bool has_begun_to_send(const Tcb& tcb) { return tcb.sender->congestion.is_chosen(); }

// What our SYN says: our offer in SYN_SENT, later what both sides agree on.
Features features(const Tcb& tcb);

// Is our FIN acknowledged? (RFC 9293 section 3.10.7.4, fifth check)
bool is_fin_acknowledged(const Tcb& tcb);

// The sequence number after the text that the user has queued; our FIN has it.
Seq text_end(const Tcb& tcb);

// The text that the user has queued and that has not been sent yet, in bytes.
std::uint32_t not_sent(const Tcb& tcb);

// Our SYN is not acknowledged. (SND.UNA = ISS says the same again after 2^32 octets.)
bool is_syn_out(const Tcb& tcb);

// Has RCV.NXT moved over the peer's FIN?
bool is_past_fin(const Tcb& tcb);

// The sequence number of the next byte that the user will read.
Seq read_position(const Tcb& tcb);

// Has the connection ended with an error that the user has not heard of?
bool is_error_untold(const Tcb& tcb);

// The peer's text can still be given to somebody.
bool is_receiving(State state);

// Is the state SYN_RECEIVED, and may the user already read and answer the text of the SYN (RFC 7413 section 4.2.2)?
bool is_served_early(const Tcb& tcb);

// Debug builds: the invariants of check.cc. At any time between two steps.
void check(const Tcb& tcb);
// The same once poll_transmit() has nothing more for the connection: what waits for the peer or the user has its alarm.
void check_at_rest(const Tcb& tcb);

// Debug builds and those with sanitizers, after each segment: the numbers that the peer has told us, in constant time.
// Held text lies beyond RCV.NXT, in the window, and not beyond the FIN. RCV.NXT is at most the number after the FIN. No urgent pointer reaches farther than a segment
// in the window can say. SND.WND is at most Max(SND.WND), and SND.UNA + SND.WND is a right edge that the peer has said.
void check_numbers_of_peer(const Tcb& tcb);

}  // namespace tcpstack::tcp
