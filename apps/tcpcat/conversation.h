// One connection, from its handshake to its end: standard input goes to the peer, the peer's text to standard
// output.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "apps/tcpcat/options.h"
#include "stack/runtime/runtime.h"

namespace tcpstack::cat {

// Opens or accepts the connection and carries both directions until the peer has closed its side. Throws
// boost::system::system_error: connection_refused, timed_out, connection_reset and others.
boost::asio::awaitable<void> converse(runtime::runtime& runtime, const Options& options);

}  // namespace tcpstack::cat
