#include "apps/tcpdrill/run/host.h"

#include <algorithm>
#include <array>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "apps/tcpdrill/language/problem.h"
#include "stack/tcp/connection_options.h"

namespace tcpstack::drill {
namespace {

Buffer flatten(const TxPacket& packet) {
  Buffer bytes(packet.headers.begin(),
               packet.headers.begin() + static_cast<std::ptrdiff_t>(packet.headers_size));
  for (const Bytes span : packet.text) bytes.insert(bytes.end(), span.begin(), span.end());
  return bytes;
}

// Options without a meaning here: one process has the port alone, and nobody sees how text is copied.
bool is_without_effect(const OptionName& option) {
  return option.level == SOL_SOCKET &&
         (option.name == SO_REUSEADDR || option.name == SO_REUSEPORT || option.name == SO_ZEROCOPY);
}

// connect() reads these options, before a connection exists.
bool is_of_connect(const OptionName& option) {
  return option.level == SOL_TCP && option.name == TCP_FASTOPEN_CONNECT;
}

std::chrono::seconds in_seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration);
}

std::chrono::milliseconds in_milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration);
}

// Linux doubles a buffer's size, for its own overhead; ours count text only.
std::int64_t doubled(std::uint32_t size, const char* word) {
  if (size == 0) throw Unsupported(std::string(word) + " of a buffer that grows with use");
  return 2 * std::int64_t{size};
}

// Linux: a limit switches pacing on, ~0U removes it.
void limit_rate(tcp::ConnectionOptions& options, std::int64_t value) {
  if (value < 0 || value == 0xffffffff) {
    options.max_pacing_rate = 0;
  } else {
    options.max_pacing_rate = static_cast<std::uint64_t>(value);
    options.pacing = true;
  }
}

// Linux: INTERFACE and OMIT, the values above PROBE, concern other protocols.
void discover_path_mtu(tcp::ConnectionOptions& options, std::int64_t value) {
  if (value < IP_PMTUDISC_DONT || value > IP_PMTUDISC_PROBE)
    throw Unsupported("IP_MTU_DISCOVER " + std::to_string(value));
  options.path_mtu_discovery = static_cast<tcp::PathMtuDiscovery>(value);
}

// A socket option of ours, between setsockopt(2)'s number and the core's field.
struct Setting {
  using Options = tcp::ConnectionOptions;
  int level;
  int name;
  void (*write)(Options&, std::int64_t);
  std::int64_t (*read)(const Options&);
};
constexpr std::array kSettings = {
    // RFC 2474: the former type of service. Its lowest two bits belong to TCP (RFC 3168).
    Setting{SOL_IP, IP_TOS,
            [](auto& to, std::int64_t value) {
              to.dscp = static_cast<std::uint8_t>((value & 0xff) >> 2);
            },
            [](const auto& from) { return std::int64_t{from.dscp} << 2; }},
    Setting{SOL_IP, IP_MTU_DISCOVER, discover_path_mtu,
            [](const auto& from) { return static_cast<std::int64_t>(from.path_mtu_discovery); }},
    Setting{SOL_TCP, TCP_NODELAY, [](auto& to, std::int64_t value) { to.nagle = value == 0; },
            [](const auto& from) { return std::int64_t{!from.nagle}; }},
    Setting{SOL_TCP, TCP_CORK, [](auto& to, std::int64_t value) { to.cork = value != 0; },
            [](const auto& from) { return std::int64_t{from.cork}; }},
    Setting{
        SOL_TCP, TCP_MAXSEG,
        [](auto& to, std::int64_t value) { to.max_segment = static_cast<std::uint16_t>(value); },
        [](const auto& from) { return std::int64_t{from.max_segment}; }},
    Setting{
        SOL_TCP, TCP_SYNCNT,
        [](auto& to, std::int64_t value) { to.syn_retries = static_cast<std::uint16_t>(value); },
        [](const auto& from) { return std::int64_t{from.syn_retries}; }},
    Setting{
        SOL_TCP, TCP_NOTSENT_LOWAT,
        [](auto& to, std::int64_t value) { to.not_sent_low = static_cast<std::uint32_t>(value); },
        [](const auto& from) { return std::int64_t{from.not_sent_low}; }},
    Setting{
        SOL_SOCKET, SO_SNDBUF,
        [](auto& to, std::int64_t value) { to.send_buffer = static_cast<std::uint32_t>(value); },
        [](const auto& from) { return doubled(from.send_buffer, "SO_SNDBUF"); }},
    Setting{
        SOL_SOCKET, SO_RCVBUF,
        [](auto& to, std::int64_t value) { to.receive_buffer = static_cast<std::uint32_t>(value); },
        [](const auto& from) { return doubled(from.receive_buffer, "SO_RCVBUF"); }},
    Setting{SOL_SOCKET, SO_MAX_PACING_RATE, limit_rate,
            [](const auto& from) {
              return from.max_pacing_rate == 0 ? -1
                                               : static_cast<std::int64_t>(from.max_pacing_rate);
            }},
    Setting{SOL_TCP, TCP_FASTOPEN,
            [](auto& to, std::int64_t value) {
              to.fast_open_queue = static_cast<std::uint16_t>(value);
            },
            [](const auto& from) { return std::int64_t{from.fast_open_queue}; }},
    Setting{SOL_SOCKET, SO_KEEPALIVE,
            [](auto& to, std::int64_t value) { to.keepalive = value != 0; },
            [](const auto& from) { return std::int64_t{from.keepalive}; }},
    Setting{SOL_TCP, TCP_KEEPIDLE,
            [](auto& to, std::int64_t value) { to.keepalive_idle = std::chrono::seconds(value); },
            [](const auto& from) { return std::int64_t{in_seconds(from.keepalive_idle).count()}; }},
    Setting{
        SOL_TCP, TCP_KEEPINTVL,
        [](auto& to, std::int64_t value) { to.keepalive_interval = std::chrono::seconds(value); },
        [](const auto& from) { return std::int64_t{in_seconds(from.keepalive_interval).count()}; }},
    Setting{
        SOL_TCP, TCP_KEEPCNT,
        [](auto& to, std::int64_t value) { to.keepalive_probes = static_cast<unsigned>(value); },
        [](const auto& from) { return std::int64_t{from.keepalive_probes}; }},
    Setting{
        SOL_TCP, TCP_USER_TIMEOUT,
        [](auto& to, std::int64_t value) { to.user_timeout = std::chrono::milliseconds(value); },
        [](const auto& from) { return std::int64_t{in_milliseconds(from.user_timeout).count()}; }},
};

const Setting* find_setting(const OptionName& option) {
  const auto is_this = [&](const Setting& setting) {
    return setting.level == option.level && setting.name == option.name;
  };
  const auto* const found = std::ranges::find_if(kSettings, is_this);
  return found == kSettings.end() ? nullptr : &*found;
}

void write_all(const OptionValues& values, tcp::ConnectionOptions& options) {
  for (const Setting& setting : kSettings) {
    const auto value = values.find({setting.level, setting.name});
    if (value != values.end()) setting.write(options, value->second);
  }
}

// nstat's names for counters that are drops here.
struct CounterName {
  std::string_view name;
  Drop drop;
};
constexpr std::array kCounters = {
    CounterName{"TcpExtPAWSEstab", Drop::paws},
    CounterName{"TcpExtTCPChallengeACK", Drop::rst_challenged},
    CounterName{"TcpExtTCPSYNChallenge", Drop::syn_in_window},
    CounterName{"TcpExtListenOverflows", Drop::listen_accept_queue_full},
    CounterName{"TcpInCsumErrors", Drop::tcp_checksum},
};

}  // namespace

Host::Host(const Config& config, std::uint64_t seed, Time epoch)
    : stack_(config, seed), since_zero_(epoch.time_since_epoch()) {
  stack_.time_passes(epoch);
}

std::optional<Time> Host::next_alarm() const {
  const auto deadline = stack_.next_deadline();
  if (!deadline) return std::nullopt;
  return *deadline - since_zero_;
}

bool Host::run_next_alarm(Time limit) {
  const auto deadline = next_alarm();
  if (!deadline || *deadline > limit) {
    now_ = std::max(now_, limit);
    return false;
  }
  now_ = std::max(now_, *deadline);
  stack_.time_passes(stack_time());
  return true;
}

void Host::packet_arrives(Bytes bytes) { stack_.packet_arrives({bytes, {}}, stack_time()); }

void Host::transmit() {
  while (const auto packet = stack_.poll_transmit(stack_time()))
    sent_.push_back({now_, flatten(*packet)});
}

void Host::apply(const OptionName& option, const OptionValues& values, ConnectionId connection) {
  if (is_without_effect(option) || is_of_connect(option)) return;
  if (find_setting(option) == nullptr) throw Unsupported(option.word);
  auto options = stack_.options(connection);
  if (!options) return;  // it has no connection yet
  // Linux: every setting of TCP_NODELAY pushes waiting text.
  if (option.level == SOL_TCP && option.name == TCP_NODELAY) {
    options->nagle = true;
    (void)stack_.set_options(connection, *options, stack_time());
  }
  write_all(values, *options);
  (void)stack_.set_options(connection, *options, stack_time());
}

void Host::apply(const OptionValues& values, ListenerId listener) {
  auto options = stack_.options(listener);
  if (!options) return;
  write_all(values, *options);
  (void)stack_.set_options(listener, *options);
}

void Host::set_config(const Config& config) {
  const bool queue_changes = config.tcp.pacing != stack_.config().tcp.pacing;
  stack_.set_config(config);
  if (!queue_changes) return;
  for (const ConnectionId connection : stack_.connections()) {
    auto options = stack_.options(connection);
    if (!options) continue;  // its user has given it back
    options->pacing = config.tcp.pacing;
    (void)stack_.set_options(connection, *options, stack_time());
  }
}

std::int64_t Host::read(const OptionName& option, const OptionValues& values,
                        ConnectionId connection) {
  const Setting* const setting = find_setting(option);
  const auto options = stack_.options(connection);
  // Linux: for a connection, the size of its own segments.
  if (options && option.level == SOL_TCP && option.name == TCP_MAXSEG)
    return stack_.tcp_info(connection, stack_time())->snd_mss;
  if (setting != nullptr && options) return setting->read(*options);
  if (setting != nullptr) {  // it has no connection yet
    auto chosen = default_options();
    write_all(values, chosen);
    return setting->read(chosen);
  }
  const auto found = values.find({option.level, option.name});
  if (found != values.end()) return found->second;
  throw Unsupported(option.word);
}

tcp::ConnectionOptions Host::default_options() const {
  return tcp::default_options(stack_.config().tcp);
}

std::optional<std::uint64_t> Host::counter(std::string_view name) const {
  const Counters& counters = stack_.counters();
  if (name == "TcpActiveOpens") return counters.active_opens;
  if (name == "TcpPassiveOpens") return counters.passive_opens;
  if (name == "TcpAttemptFails") return counters.attempt_fails;
  if (name == "TcpEstabResets") return counters.established_resets;
  if (name == "TcpOutRsts") return counters.resets_sent;
  if (name == "TcpRetransSegs") return counters.segments_retransmitted;
  if (name == "TcpExtTCPTimeouts") return counters.retransmission_timeouts;
  const auto found = std::ranges::find(kCounters, name, &CounterName::name);
  if (found == kCounters.end()) return std::nullopt;
  return counters.of(found->drop);
}

}  // namespace tcpstack::drill
