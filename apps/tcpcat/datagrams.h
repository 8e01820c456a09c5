// The conversation over UDP, which has no connection: each piece of standard input is a datagram, and silence is
// the end.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "apps/tcpcat/options.h"
#include "stack/runtime/runtime.h"

namespace tcpstack::cat {

// With --listen the sender of the first datagram is the peer. Ends when standard input has ended and no datagram
// has come for options.silence. Throws boost::system::system_error: connection_refused if the peer's port is
// closed.
boost::asio::awaitable<void> exchange_datagrams(runtime::runtime& runtime, const Options& options);

}  // namespace tcpstack::cat
