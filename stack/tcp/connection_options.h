// The user's options of a connection, or of a listener for its future connections; tcb.h has the fields.
#pragma once

#include <string_view>

#include "stack/context.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The configuration's options.
ConnectionOptions default_options(const TcpConfig& config);

// Returns what is wrong with options that a user has set, beginning with the field's name in the configuration; empty:
// nothing.
std::string_view validate(const ConnectionOptions& options);

// Valid options in the form in which they are kept: buffers have a smallest and a largest size, the algorithm has our own name, and
// a low-water mark of zero is the configuration's.
// Linux: no RFC has such a mark. Zero means the system's number, as in Linux (`tcp_notsent_lowat`). You can see it:
// TCP_NOTSENT_LOWAT 0 lets the user write on.
ConnectionOptions as_taken(ConnectionOptions options, const TcpConfig& config);

// Sets options in the form of as_taken(), and applies their effects. The SYN shows the receive buffer and the segment
// size, so these have to be set before it leaves.
void set_options(Tcb& tcb, base::Shared<ConnectionOptions> options, Context& cx);

}  // namespace tcpstack::tcp
