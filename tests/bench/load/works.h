// The works for a server. Each returns its figures or throws.
#pragma once

#include <cstddef>

#include "tests/bench/load/connection.h"
#include "tests/bench/load/measure.h"

namespace tcpstack::bench {

struct Plan {
  Target target;
  Server server{0};
  std::size_t connections = 1;
  Seconds warm_up{0.5};
  Seconds length{3};
};

// Moves as much as possible on one connection: to discard, or from a source. Counts the bytes that the peer has
// acknowledged, or that were read.
Report upload(const Plan& plan);
Report download(const Plan& plan);

// One byte there and back on each connection, repeatedly.
Report request_response(const Plan& plan);
// The same on one connection, alone and then beside an upload.
Report request_beside_upload(const Plan& plan);

// Connections that are opened, echo one byte and are closed, `connections` at a time.
Report connect_echo_close(const Plan& plan);

// Opens `connections` and leaves them open.
Report idle(const Plan& plan);
// The same, but each has echoed one byte.
Report idle_after_echo(const Plan& plan);

}  // namespace tcpstack::bench
