// How a conversation gets its connection: it waits for one, or opens one, with Fast Open's text on the SYN if that is asked
// for.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "apps/tcpcat/options.h"
#include "apps/tcpcat/stdio.h"
#include "stack/runtime/runtime.h"
#include "stack/runtime/socket.h"

namespace tcpstack::cat {

// Returns an established connection. With --fast-open the SYN may have taken the beginning of `input`. Throws
// boost::system::system_error.
boost::asio::awaitable<runtime::socket> connection(runtime::runtime& runtime,
                                                   const Options& options, Input& input);

}  // namespace tcpstack::cat
