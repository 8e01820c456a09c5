// The core's errors as Boost.System error codes.
//
// Programs for kernel sockets compare with asio::error::connection_reset, asio::error::eof and similar codes of the
// system and of Asio. So our sockets complete with exactly those: to_asio() translates. tcp_category() keeps the
// RFC's own words for logs and for a connection's status; its codes compare equal to the same generic conditions.
//
//   if (ec == asio::error::connection_reset) ...       // ec of a handler
//   const error_code why = socket.status().error;      // why.message() == "connection reset"
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/is_error_code_enum.hpp>

#include "stack/tcp/tcb.h"

namespace tcpstack::runtime {

using error_code = boost::system::error_code;

// Named "tcp"; messages in the words of RFC 9293 section 3.10. reset == errc::connection_reset, and
// so on for every tcp::Error but `none`.
const boost::system::error_category& tcp_category() noexcept;

// The code of a kernel socket for this error, in Asio's categories; success for tcp::Error::none. `closing` is
// asio::error::broken_pipe: a write after the user has closed its side.
error_code to_asio(tcp::Error error) noexcept;

// An errno value without a name in asio::error.
error_code system_error_code(boost::system::errc::errc_t code) noexcept;

}  // namespace tcpstack::runtime

namespace tcpstack::tcp {

// Found by argument-dependent lookup: boost::system::error_code ec = tcp::Error::reset;
boost::system::error_code make_error_code(Error error) noexcept;

}  // namespace tcpstack::tcp

template <>
struct boost::system::is_error_code_enum<tcpstack::tcp::Error> : std::true_type {};
