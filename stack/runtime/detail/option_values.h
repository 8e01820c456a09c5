// Socket options between setsockopt(2)'s numbers, which Asio's option classes use, and the core's fields.
//
// option_values.cc has the one table of them; docs/sockets.md has it for users.
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "stack/base/bytes.h"
#include "stack/config.h"
#include "stack/runtime/error.h"
#include "stack/tcp/tcb.h"
#include "stack/udp/layer.h"

namespace tcpstack::runtime {

// The options that were set on a socket or an acceptor.
struct option_values {
  tcp::ConnectionOptions tcp;
  // Without effect, for programs that always set it: an acceptor may always listen on a port in TIME_WAIT.
  bool reuse_address = false;
  bool linger = false;
  std::chrono::seconds linger_time{0};

  // Does close() reset the connection?
  // Linux: RFC 9293 section 3.10.5 has ABORT as a call of its own. SO_LINGER with zero seconds turns close() into
  // an ABORT, as in Linux. Any other time makes Linux's close(2) wait; ours never waits. You can see it: the peer
  // gets a RST instead of a FIN.
  [[nodiscard]] bool resets_on_close() const {
    return linger && linger_time == std::chrono::seconds::zero();
  }
};

// Shared by an acceptor and its connections, until an option of one of them changes. nullptr: no option was set.
using shared_options = std::shared_ptr<const option_values>;
option_values values_of(const shared_options& options, const Config& config);

// The options that were set on a datagram socket.
struct datagram_option_values {
  udp::Options udp;
  bool reuse_address = false;  // without effect, for programs that always set it
};

// Sets an option. Errors: no_protocol_option (unknown), invalid_argument (its size or value).
error_code write_option(int level, int name, Bytes value, option_values& values);
error_code write_option(int level, int name, Bytes value, datagram_option_values& values);
// Reads an option. `size` is the room, and becomes the option's size.
error_code read_option(int level, int name, MutableBytes value, std::size_t& size,
                       const option_values& values);
error_code read_option(int level, int name, MutableBytes value, std::size_t& size,
                       const datagram_option_values& values);

// Replaces zeros that mean "the stack's choice" by the present value. `tcb`: nullptr without a connection.
void show_automatic(tcp::ConnectionOptions& options, const tcp::Tcb* tcb, const Config& config);
void show_defaults(udp::Options& options, const Config& config);

// The same for Asio's option classes, and any object with set_option(level, name, value).
template <typename Impl, typename Option>
error_code set_option_of(Impl& impl, const Option& option) {
  const auto protocol = boost::asio::ip::tcp::v4();
  return impl.set_option(
      option.level(protocol), option.name(protocol),
      Bytes(reinterpret_cast<const std::uint8_t*>(option.data(protocol)), option.size(protocol)));
}
template <typename Impl, typename Option>
error_code get_option_of(const Impl& impl, Option& option) {
  const auto protocol = boost::asio::ip::tcp::v4();
  std::size_t size = option.size(protocol);
  const error_code ec = impl.get_option(
      option.level(protocol), option.name(protocol),
      MutableBytes(reinterpret_cast<std::uint8_t*>(option.data(protocol)), size), size);
  if (!ec) option.resize(protocol, size);
  return ec;
}

}  // namespace tcpstack::runtime
