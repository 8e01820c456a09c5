// Options of TCP without a name in Boost.Asio, for use like asio::ip::tcp::no_delay:
//
//   socket.set_option(runtime::user_timeout(30s));
//   runtime::congestion_control algorithm;
//   socket.get_option(algorithm);                  // algorithm.value() == "cubic"
//
// They have the kernel's numbers, so a kernel socket of Asio takes them, too. docs/sockets.md has the table of all
// options, Asio's own included.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string_view>
#include <sys/socket.h>
#include <type_traits>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace tcpstack::runtime {

// An option whose value the kernel keeps in an int: a number, a switch, or a time in the unit of Value. Models Asio's
// GettableSocketOption and SettableSocketOption.
template <typename Value, int Level, int Name>
class number_option {
 public:
  number_option() = default;
  explicit number_option(Value value) : number_(to_number(value)) {}

  [[nodiscard]] Value value() const {
    if constexpr (std::same_as<Value, bool>) {
      return number_ != 0;
    } else {
      return Value(number_);
    }
  }

  // For sockets.
  template <typename Protocol>
  int level(const Protocol& /*unused*/) const {
    return Level;
  }
  template <typename Protocol>
  int name(const Protocol& /*unused*/) const {
    return Name;
  }
  template <typename Protocol>
  int* data(const Protocol& /*unused*/) {
    return &number_;
  }
  template <typename Protocol>
  const int* data(const Protocol& /*unused*/) const {
    return &number_;
  }
  template <typename Protocol>
  std::size_t size(const Protocol& /*unused*/) const {
    return sizeof number_;
  }
  template <typename Protocol>
  void resize(const Protocol& /*unused*/, std::size_t size) {
    if (size != sizeof number_)
      throw boost::system::system_error(boost::asio::error::invalid_argument);
  }

 private:
  static int to_number(Value value) {
    if constexpr (std::is_arithmetic_v<Value>) {
      return static_cast<int>(value);
    } else {
      return static_cast<int>(value.count());
    }
  }

  int number_ = 0;
};

// RFC 9293 section 3.10.8, RFC 5482: how long sent text may stay unacknowledged. Zero: until R2 retransmissions.
using user_timeout = number_option<std::chrono::milliseconds, IPPROTO_TCP, TCP_USER_TIMEOUT>;

// RFC 9293 section 3.8.4, with socket_base::keep_alive: the silence before the first probe, the time between two
// probes, and the number of unanswered probes that ends the connection.
using keep_alive_idle = number_option<std::chrono::seconds, IPPROTO_TCP, TCP_KEEPIDLE>;
using keep_alive_interval = number_option<std::chrono::seconds, IPPROTO_TCP, TCP_KEEPINTVL>;
using keep_alive_count = number_option<int, IPPROTO_TCP, TCP_KEEPCNT>;

// RFC 9293 section 3.7.1: the largest segment, in bytes of text; announced if set before connecting.
using maximum_segment_size = number_option<int, IPPROTO_TCP, TCP_MAXSEG>;

// RFC 9293 section 3.8.3: retransmissions of the SYN, before the attempt times out.
using syn_retries = number_option<int, IPPROTO_TCP, TCP_SYNCNT>;

// Until it is off again, only full segments leave; others wait for a retransmission timeout at most. no_delay is
// the opposite (RFC 9293 section 3.7.4).
using cork = number_option<bool, IPPROTO_TCP, TCP_CORK>;

// Writes wait while this many bytes have not been sent, so that more important text can still go first. Zero: the
// stack's number, by default no limit.
using not_sent_low_water_mark = number_option<int, IPPROTO_TCP, TCP_NOTSENT_LOWAT>;

// Text leaves at an even rate, of at most this many bytes a second; -1: no limit.
using max_pacing_rate = number_option<int, SOL_SOCKET, SO_MAX_PACING_RATE>;

// RFC 1191: who cuts packets that are too large for the path; IP_PMTUDISC_WANT, DONT, DO or PROBE.
using path_mtu_discovery = number_option<int, IPPROTO_IP, IP_MTU_DISCOVER>;

// RFC 7413 section 5.1, of an acceptor: the most connections that are served before their handshake is over.
using fast_open_queue = number_option<int, IPPROTO_TCP, TCP_FASTOPEN>;

// RFC 2474: the Differentiated Services Code Point in the upper six bits, as in the IP header's octet.
using type_of_service = number_option<int, IPPROTO_IP, IP_TOS>;

// RFC 9293 MUST-47, SHLD-20: does a problem of delivery make the socket ready for wait_error? On by default.
using report_problems = number_option<bool, IPPROTO_IP, IP_RECVERR>;

// The congestion control by name: "reno", "cubic" (RFC 5681, RFC 9438).
class congestion_control {
 public:
  congestion_control() = default;
  explicit congestion_control(std::string_view name) : size_(std::min(name.size(), kLongest)) {
    std::ranges::copy(name.substr(0, size_), text_.begin());
  }

  [[nodiscard]] std::string_view value() const {
    const std::string_view text(text_.data(), size_);
    return text.substr(0, text.find('\0'));
  }

  // For sockets.
  template <typename Protocol>
  int level(const Protocol& /*unused*/) const {
    return IPPROTO_TCP;
  }
  template <typename Protocol>
  int name(const Protocol& /*unused*/) const {
    return TCP_CONGESTION;
  }
  template <typename Protocol>
  char* data(const Protocol& /*unused*/) {
    return text_.data();
  }
  template <typename Protocol>
  const char* data(const Protocol& /*unused*/) const {
    return text_.data();
  }
  template <typename Protocol>
  std::size_t size(const Protocol& /*unused*/) const {
    return size_;
  }
  template <typename Protocol>
  void resize(const Protocol& /*unused*/, std::size_t size) {
    if (size > kLongest) throw boost::system::system_error(boost::asio::error::invalid_argument);
    size_ = size;
  }

 private:
  static constexpr std::size_t kLongest = 16;  // Linux's TCP_CA_NAME_MAX

  std::array<char, kLongest> text_{};
  std::size_t size_ = kLongest;  // the room, until it is filled
};

}  // namespace tcpstack::runtime
