#include "stack/tcp/connection_options.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "stack/tcp/agreed/mss.h"
#include "stack/tcp/keepalive.h"
#include "stack/tcp/loss/retransmission_timer.h"
#include "stack/tcp/receive/window.h"
#include "stack/tcp/send/buffers.h"
#include "stack/tcp/send/path_mtu.h"

namespace tcpstack::tcp {

namespace {

// Linux: RFC 9293 sets no limits for the user's choice. It is from 88 to 32,767 bytes, as in Linux (`TCP_MIN_MSS`,
// `MAX_TCP_WINDOW`). You can see it: TCP_MAXSEG 87 fails with EINVAL.
constexpr std::uint16_t kMinSegment = 88;
constexpr std::uint16_t kMaxSegment = 32767;
// Linux: RFC 9293 sets no smallest buffer. Ours are half of Linux's (`SOCK_MIN_RCVBUF`, `SOCK_MIN_SNDBUF`), whose
// other half is overhead. You can see it: SO_RCVBUF 1 gives a window of 1,152 bytes.
constexpr std::uint32_t kMinReceiveBuffer = 1152;
constexpr std::uint32_t kMinSendBuffer = 2304;
// No window is larger (RFC 7323 section 2.3), and twice as much text has its place in half of the sequence space.
constexpr std::uint32_t kMaxReceiveBuffer = 1U << 30;
constexpr std::uint32_t kMaxSendBuffer = 1U << 29;

constexpr std::uint8_t kMaxDscp = 63;

// Linux: RFC 9293 says nothing about the queue's size. It is twice the user's number, as in Linux (`sock_setsockopt`),
// which counts overhead in it; ours is all text. You can see it: after SO_SNDBUF 10000 more than 10,000 bytes are
// taken.
std::uint32_t capacity_of(std::uint32_t send_buffer) { return 2 * send_buffer; }

void size_buffers(Tcb& tcb, const ConnectionOptions& before) {
  const ConnectionOptions& options = *tcb.options;
  if (options.send_buffer != 0 && options.send_buffer != before.send_buffer)
    tcb.send_capacity = capacity_of(options.send_buffer);
  if (options.receive_buffer != 0 && options.receive_buffer != before.receive_buffer)
    tcb.receive_capacity = options.receive_buffer;
}

void choose_congestion_control(Tcb& tcb) {
  if (!has_begun_to_send(tcb)) return;
  if (std::string_view(tcb.sender->congestion->name()) != tcb.options->congestion)
    sender_of(tcb).congestion.choose(tcb.options->congestion);
}

// Prepares the fields of the SYN.
void prepare_syn(Tcb& tcb, Context& cx) {
  tcb.rcv.mss = advertised_mss(cx.config);
  if (tcb.options->max_segment != 0) tcb.rcv.mss = std::min(tcb.rcv.mss, tcb.options->max_segment);
  open_receive_window(tcb, cx.config.tcp);
}

}  // namespace

ConnectionOptions default_options(const TcpConfig& config) {
  return {.nagle = config.nagle,
          .keepalive = config.keepalive,
          .pacing = config.pacing,
          .not_sent_low = config.not_sent_low,
          .congestion = config.congestion,
          .fast_open_queue = config.fast_open_queue,
          .keepalive_idle = config.keepalive_idle,
          .keepalive_interval = config.keepalive_interval,
          .keepalive_probes = config.keepalive_probes,
          .user_timeout = config.user_timeout};
}

namespace {

// Without these no time passes between two probes, or none is sent (MUST-29).
bool has_valid_keepalive(const ConnectionOptions& options) {
  const bool has_times = options.keepalive_idle > Duration::zero() &&
                         options.keepalive_interval > Duration::zero() &&
                         options.keepalive_probes > 0;
  return !options.keepalive || has_times;
}

}  // namespace

std::string_view validate(const ConnectionOptions& options) {
  const bool is_size = options.max_segment >= kMinSegment && options.max_segment <= kMaxSegment;
  if (options.max_segment != 0 && !is_size) return "tcp.max_segment: not from 88 to 32,767 bytes";
  if (options.congestion == nullptr || find_congestion_algorithm(options.congestion) == nullptr)
    return "tcp.congestion: no algorithm has this name";
  if (!has_valid_keepalive(options))
    return "tcp.keepalive_idle, tcp.keepalive_interval, tcp.keepalive_probes: no time, or no probe";
  if (options.user_timeout < Duration::zero()) return "tcp.user_timeout: less than nothing";
  if (options.dscp > kMaxDscp) return "tcp.dscp: more than 6 bits";
  return {};
}

ConnectionOptions as_taken(ConnectionOptions options, const TcpConfig& config) {
  if (options.not_sent_low == 0) options.not_sent_low = config.not_sent_low;
  if (options.send_buffer != 0)
    options.send_buffer = std::clamp(options.send_buffer, kMinSendBuffer, kMaxSendBuffer);
  if (options.receive_buffer != 0)
    options.receive_buffer =
        std::clamp(options.receive_buffer, kMinReceiveBuffer, kMaxReceiveBuffer);
  options.congestion =
      find_congestion_algorithm(options.congestion)->name;  // it outlives the user's
  return options;
}

void set_options(Tcb& tcb, base::Shared<ConnectionOptions> options, Context& cx) {
  const auto old = std::exchange(tcb.options, std::move(options));
  const ConnectionOptions& before = *old;
  // MUST-17: at once, whatever the cork.
  // Linux: RFC 9293 section 3.7.4 leaves it open what happens to waiting text. It leaves at once, as in Linux
  // (`TCP_NODELAY`). You can see it: a held-back segment leaves with the call.
  if (before.nagle && !tcb.options->nagle) tcb.uncorked = true;
  if (before.cork && !tcb.options->cork) tcb.more_follows = false;
  size_buffers(tcb, before);
  // Linux: no RFC has these options. A larger number wakes a blocked writer, as in Linux (`sock_setsockopt`,
  // `do_tcp_setsockopt`). You can see it: it continues with the call.
  tell_user_of_room(tcb);
  choose_congestion_control(tcb);
  if (tcb.options->path_mtu_discovery != before.path_mtu_discovery) take_known_path_mtu(tcb, cx);
  if (!is_synchronized(tcb.state) && tcb.snd.nxt == tcb.snd.iss) prepare_syn(tcb, cx);
  keepalive_options_changed(tcb, before, cx);
  retransmission_timer::user_timeout_changed(tcb, before.user_timeout, cx.now);
}

}  // namespace tcpstack::tcp
