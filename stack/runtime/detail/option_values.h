// Socket options between setsockopt(2)'s numbers, which Asio's option classes have, and the core's fields.
//
// The one table of them is in option_values.cc; docs/sockets.md has it for users.
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

// What a socket or an acceptor has been told.
struct option_values {
  tcp::ConnectionOptions tcp;
  // Accepted for the sake of programs that always set it: a port in TIME_WAIT may be listened on anyway.
  bool reuse_address = false;
  bool linger = false;
  std::chrono::seconds linger_time{0};

  // close() resets the connection. Linux: so it is with a time of zero; any other makes close(2) wait, and nothing of
  // ours waits.
  [[nodiscard]] bool resets_on_close() const {
    return linger && linger_time == std::chrono::seconds::zero();
  }
};

// Shared by an acceptor and all whom it accepts, until one of them is told something else. nullptr: nobody has been told
// anything.
using shared_options = std::shared_ptr<const option_values>;
option_values values_of(const shared_options& options, const Config& config);

// What a datagram socket has been told.
struct datagram_option_values {
  udp::Options udp;
  bool reuse_address = false;  // for the sake of programs that always set it
};

// An option as a socket sees it. Errors: no_protocol_option (unknown), invalid_argument (its size or value).
error_code write_option(int level, int name, Bytes value, option_values& values);
error_code write_option(int level, int name, Bytes value, datagram_option_values& values);
// Its size comes back in `size`, which was the room.
error_code read_option(int level, int name, MutableBytes value, std::size_t& size,
                       const option_values& values);
error_code read_option(int level, int name, MutableBytes value, std::size_t& size,
                       const datagram_option_values& values);

// Puts the present value in place of zeros that mean "as the stack sees fit". `tcb`: nullptr without a connection.
void show_automatic(tcp::ConnectionOptions& options, const tcp::Tcb* tcb, const Config& config);
void show_defaults(udp::Options& options, const Config& config);

// The same of Asio's option classes, for anything that has set_option(level, name, value).
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
