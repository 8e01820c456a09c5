// What the user may set on a connection or, for those to come, on a listener: tcb.h has the options.
#pragma once

#include "stack/context.h"
#include "stack/tcp/tcb.h"

namespace tcpstack::tcp {

// Those of the configuration.
ConnectionOptions default_options(const TcpConfig& config);

// A known algorithm, and a segment size that makes sense.
bool are_valid(const ConnectionOptions& options);

// Valid options, as they will be read: buffers have a least size, and the algorithm is called by our own name for it.
ConnectionOptions as_taken(ConnectionOptions options);

// Sets options that are taken so, and lets what hangs on them follow. The receive buffer and the segment size show in the
// SYN: for that they have to be set before it goes out.
void set_options(Tcb& tcb, base::Shared<ConnectionOptions> options, Context& cx);

}  // namespace tcpstack::tcp
