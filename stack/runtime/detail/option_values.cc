#include "stack/runtime/detail/option_values.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <span>
#include <string_view>
#include <sys/socket.h>

#include <boost/asio/error.hpp>

#include "stack/tcp/agreed/mss.h"
#include "stack/tcp/congestion/congestion.h"
#include "stack/tcp/connection_options.h"

namespace tcpstack::runtime {

namespace error = boost::asio::error;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr int kMost = std::numeric_limits<int>::max();

template <typename Unit>
int count(Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<Unit>(duration).count());
}

// An option that is an int. The limits are Linux's.
template <typename Values>
struct number {
  int level;
  int name;
  int low;
  int high;
  void (*write)(Values& to, int value);
  int (*read)(const Values& from);
};

using Values = option_values;
using DatagramValues = datagram_option_values;

constexpr int kLeast = std::numeric_limits<int>::min();

constexpr int kNoLimit = -1;  // of SO_MAX_PACING_RATE, an unsigned number

void limit_rate(Values& to, int value) {
  if (value != kNoLimit) to.tcp.pacing = true;
  to.tcp.max_pacing_rate = value == kNoLimit ? 0 : static_cast<std::uint32_t>(value);
}

constexpr std::array kSocketNumbers = {
    number<Values>{SOL_SOCKET, SO_KEEPALIVE, kLeast, kMost,
                   [](Values& to, int value) { to.tcp.keepalive = value != 0; },
                   [](const Values& from) { return int{from.tcp.keepalive}; }},
    number<Values>{SOL_SOCKET, SO_REUSEADDR, kLeast, kMost,
                   [](Values& to, int value) { to.reuse_address = value != 0; },
                   [](const Values& from) { return int{from.reuse_address}; }},
    number<Values>{
        SOL_SOCKET, SO_SNDBUF, 1, kMost,
        [](Values& to, int value) { to.tcp.send_buffer = static_cast<std::uint32_t>(value); },
        [](const Values& from) { return static_cast<int>(from.tcp.send_buffer); }},
    number<Values>{
        SOL_SOCKET, SO_RCVBUF, 1, kMost,
        [](Values& to, int value) { to.tcp.receive_buffer = static_cast<std::uint32_t>(value); },
        [](const Values& from) { return static_cast<int>(from.tcp.receive_buffer); }},
    number<Values>{SOL_SOCKET, SO_MAX_PACING_RATE, kLeast, kMost, limit_rate,
                   [](const Values& from) {
                     return from.tcp.max_pacing_rate == 0
                                ? kNoLimit
                                : static_cast<int>(from.tcp.max_pacing_rate);
                   }},
    number<Values>{
        IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT, IP_PMTUDISC_PROBE,
        [](Values& to, int value) {
          to.tcp.path_mtu_discovery = static_cast<tcp::PathMtuDiscovery>(value);
        },
        [](const Values& from) { return static_cast<int>(from.tcp.path_mtu_discovery); }},
    number<Values>{IPPROTO_IP, IP_RECVERR, kLeast, kMost,
                   [](Values& to, int value) { to.tcp.report_problems = value != 0; },
                   [](const Values& from) { return int{from.tcp.report_problems}; }},
    number<Values>{
        IPPROTO_IP, IP_TOS, 0, 255,
        [](Values& to, int value) { to.tcp.dscp = static_cast<std::uint8_t>(value >> 2); },
        [](const Values& from) { return from.tcp.dscp << 2; }},
};

constexpr std::array kTcpNumbers = {
    number<Values>{IPPROTO_TCP, TCP_NODELAY, kLeast, kMost,
                   [](Values& to, int value) { to.tcp.nagle = value == 0; },
                   [](const Values& from) { return int{!from.tcp.nagle}; }},
    number<Values>{IPPROTO_TCP, TCP_CORK, kLeast, kMost,
                   [](Values& to, int value) { to.tcp.cork = value != 0; },
                   [](const Values& from) { return int{from.tcp.cork}; }},
    number<Values>{
        IPPROTO_TCP, TCP_MAXSEG, 88, 32767,
        [](Values& to, int value) { to.tcp.max_segment = static_cast<std::uint16_t>(value); },
        [](const Values& from) { return int{from.tcp.max_segment}; }},
    number<Values>{
        IPPROTO_TCP, TCP_SYNCNT, 1, 127,
        [](Values& to, int value) { to.tcp.syn_retries = static_cast<std::uint16_t>(value); },
        [](const Values& from) { return int{from.tcp.syn_retries}; }},
    number<Values>{
        IPPROTO_TCP, TCP_NOTSENT_LOWAT, kLeast, kMost,
        [](Values& to, int value) { to.tcp.not_sent_low = static_cast<std::uint32_t>(value); },
        [](const Values& from) { return static_cast<int>(from.tcp.not_sent_low); }},
    number<Values>{IPPROTO_TCP, TCP_KEEPIDLE, 1, 32767,
                   [](Values& to, int value) { to.tcp.keepalive_idle = seconds(value); },
                   [](const Values& from) { return count<seconds>(from.tcp.keepalive_idle); }},
    number<Values>{IPPROTO_TCP, TCP_KEEPINTVL, 1, 32767,
                   [](Values& to, int value) { to.tcp.keepalive_interval = seconds(value); },
                   [](const Values& from) { return count<seconds>(from.tcp.keepalive_interval); }},
    number<Values>{
        IPPROTO_TCP, TCP_KEEPCNT, 1, 127,
        [](Values& to, int value) { to.tcp.keepalive_probes = static_cast<unsigned>(value); },
        [](const Values& from) { return static_cast<int>(from.tcp.keepalive_probes); }},
    number<Values>{
        IPPROTO_TCP, TCP_FASTOPEN, 0, std::numeric_limits<std::uint16_t>::max(),
        [](Values& to, int value) { to.tcp.fast_open_queue = static_cast<std::uint16_t>(value); },
        [](const Values& from) { return int{from.tcp.fast_open_queue}; }},
    number<Values>{IPPROTO_TCP, TCP_USER_TIMEOUT, 0, kMost,
                   [](Values& to, int value) { to.tcp.user_timeout = milliseconds(value); },
                   [](const Values& from) { return count<milliseconds>(from.tcp.user_timeout); }},
};

constexpr std::array kDatagramNumbers = {
    number<DatagramValues>{SOL_SOCKET, SO_REUSEADDR, kLeast, kMost,
                           [](DatagramValues& to, int value) { to.reuse_address = value != 0; },
                           [](const DatagramValues& from) { return int{from.reuse_address}; }},
    number<DatagramValues>{
        SOL_SOCKET, SO_RCVBUF, 1, kMost,
        [](DatagramValues& to, int value) {
          to.udp.receive_buffer = static_cast<std::size_t>(value);
        },
        [](const DatagramValues& from) { return static_cast<int>(from.udp.receive_buffer); }},
    number<DatagramValues>{
        IPPROTO_IP, IP_TTL, 1, 255,
        [](DatagramValues& to, int value) { to.udp.ttl = static_cast<std::uint8_t>(value); },
        [](const DatagramValues& from) { return int{from.udp.ttl}; }},
    number<DatagramValues>{
        IPPROTO_IP, IP_TOS, 0, 255,
        [](DatagramValues& to, int value) { to.udp.dscp = static_cast<std::uint8_t>(value >> 2); },
        [](const DatagramValues& from) { return from.udp.dscp << 2; }},
};

// nullptr: there is no such option.
template <typename Number>
const Number* find_number(int level, int name, std::span<const Number> table) {
  const auto is_it = [=](const Number& each) { return each.level == level && each.name == name; };
  const auto found = std::ranges::find_if(table, is_it);
  return found == table.end() ? nullptr : &*found;
}

const number<Values>* find_number(int level, int name, const Values& /*of*/) {
  using Table = std::span<const number<Values>>;
  const auto* const found = find_number(level, name, Table(kSocketNumbers));
  return found != nullptr ? found : find_number(level, name, Table(kTcpNumbers));
}

const number<DatagramValues>* find_number(int level, int name, const DatagramValues& /*of*/) {
  return find_number(level, name, std::span<const number<DatagramValues>>(kDatagramNumbers));
}

bool is(int level, int name, int its_level, int its_name) {
  return level == its_level && name == its_name;
}

template <typename T>
error_code load(Bytes value, T& into) {
  if (value.size() < sizeof into) return error::invalid_argument;
  std::memcpy(&into, value.data(), sizeof into);
  return {};
}

template <typename T>
error_code store(const T& from, MutableBytes value, std::size_t& size) {
  if (value.size() < sizeof from) return error::invalid_argument;
  std::memcpy(value.data(), &from, sizeof from);
  size = sizeof from;
  return {};
}

error_code write_linger(Bytes value, option_values& values) {
  ::linger told{};
  if (const error_code ec = load(value, told)) return ec;
  values.linger = told.l_onoff != 0;
  values.linger_time = seconds(told.l_linger);
  return {};
}

error_code read_linger(MutableBytes value, std::size_t& size, const option_values& values) {
  const ::linger told{values.linger, static_cast<int>(values.linger_time.count())};
  return store(told, value, size);
}

// Linux: RFC 6093 section 6 recommends urgent data in its place in the text. It is always there, where Linux takes
// one byte out without SO_OOBINLINE (`tcp_urg`). You can see it: switching the option off fails with EINVAL.
error_code write_out_of_band_inline(Bytes value) {
  int told = 0;
  if (const error_code ec = load(value, told)) return ec;
  return told != 0 ? error_code() : error::invalid_argument;
}

// Linux: the RFCs give algorithms no names. An unknown name fails with ENOENT, as in Linux (`TCP_CONGESTION`). You
// can see it: set_option() reports no_such_file_or_directory.
error_code write_congestion(Bytes value, option_values& values) {
  const std::string_view text(reinterpret_cast<const char*>(value.data()), value.size());
  const std::string_view name = text.substr(0, text.find('\0'));
  const tcp::CongestionAlgorithm* const found = tcp::find_congestion_algorithm(name);
  if (found == nullptr) {
    return {boost::system::errc::no_such_file_or_directory, error::get_system_category()};
  }
  values.tcp.congestion = found->name;  // ours: it outlives the user's
  return {};
}

error_code read_congestion(MutableBytes value, std::size_t& size, const option_values& values) {
  const std::string_view name(values.tcp.congestion);
  size = std::min(value.size(), name.size());
  std::ranges::copy(name.substr(0, size), value.begin());
  return {};
}

template <typename Values>
error_code write_number(int level, int name, Bytes value, Values& values) {
  const auto* const option = find_number(level, name, values);
  if (option == nullptr) return error::no_protocol_option;
  int told = 0;
  if (const error_code ec = load(value, told)) return ec;
  if (told < option->low || told > option->high) return error::invalid_argument;
  option->write(values, told);
  return {};
}

template <typename Values>
error_code read_number(int level, int name, MutableBytes value, std::size_t& size,
                       const Values& values) {
  const auto* const option = find_number(level, name, values);
  if (option == nullptr) return error::no_protocol_option;
  return store(option->read(values), value, size);
}

}  // namespace

error_code write_option(int level, int name, Bytes value, option_values& values) {
  if (is(level, name, SOL_SOCKET, SO_LINGER)) return write_linger(value, values);
  if (is(level, name, IPPROTO_TCP, TCP_CONGESTION)) return write_congestion(value, values);
  if (is(level, name, SOL_SOCKET, SO_OOBINLINE)) return write_out_of_band_inline(value);
  return write_number(level, name, value, values);
}

error_code write_option(int level, int name, Bytes value, datagram_option_values& values) {
  return write_number(level, name, value, values);
}

error_code read_option(int level, int name, MutableBytes value, std::size_t& size,
                       const option_values& values) {
  if (is(level, name, SOL_SOCKET, SO_LINGER)) return read_linger(value, size, values);
  if (is(level, name, IPPROTO_TCP, TCP_CONGESTION)) return read_congestion(value, size, values);
  if (is(level, name, SOL_SOCKET, SO_OOBINLINE)) return store(1, value, size);
  return read_number(level, name, value, size, values);
}

error_code read_option(int level, int name, MutableBytes value, std::size_t& size,
                       const datagram_option_values& values) {
  return read_number(level, name, value, size, values);
}

option_values values_of(const shared_options& options, const Config& config) {
  return options ? *options : option_values{.tcp = tcp::default_options(config.tcp)};
}

void show_automatic(tcp::ConnectionOptions& options, const tcp::Tcb* tcb, const Config& config) {
  if (options.send_buffer == 0) {
    options.send_buffer = tcb != nullptr ? tcb->send_capacity : config.tcp.send_buffer.initial;
  }
  if (options.receive_buffer == 0) {
    options.receive_buffer =
        tcb != nullptr ? tcb->receive_capacity : config.tcp.receive_buffer.initial / 2;
  }
  if (options.max_segment == 0) {
    options.max_segment =
        tcb != nullptr ? static_cast<std::uint16_t>(tcb->snd.smss) : tcp::advertised_mss(config);
  }
  if (options.not_sent_low == config.tcp.not_sent_low) options.not_sent_low = 0;
  if (options.syn_retries == 0)
    options.syn_retries = static_cast<std::uint16_t>(config.tcp.syn_retries);
}

void show_defaults(udp::Options& options, const Config& config) {
  if (options.receive_buffer == 0) options.receive_buffer = config.udp.receive_buffer;
  if (options.ttl == 0) options.ttl = config.ip.ttl;
}

}  // namespace tcpstack::runtime
