// The user's options of a connection, or of a listener for its future connections; tcb.h has the fields.
#pragma once

#include "stack/context.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// The configuration's options.
ConnectionOptions default_options(const TcpConfig& config);

// Is the algorithm known, and the segment size in its range?
bool are_valid(const ConnectionOptions& options);

// Valid options in the form in which they are read back: buffers have a smallest size, and the algorithm has our
// own name.
ConnectionOptions as_taken(ConnectionOptions options);

// Sets options in the form of as_taken(), and applies their effects. The SYN shows the receive buffer and the segment
// size, so these have to be set before it leaves.
void set_options(Tcb& tcb, base::Shared<ConnectionOptions> options, Context& cx);

}  // namespace tcpstack::tcp
