// Scripts as strings, for tests of the runner itself.
#pragma once

#include <string>

#include "apps/tcpdrill/run/verdict.h"

namespace tcpstack::drill {

// A connection that a peer at port 40001 has opened, accepted as descriptor 4.
inline const std::string kEstablished = R"(
    0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
   +0 bind(3, ..., ...) = 0
   +0 listen(3, 1) = 0
   +0 < S 0:0(0) win 32792 <mss 1000>
   +0 > S. 0:0(0) ack 1 win 65535 <mss 1460>
  +.1 < . 1:1(0) ack 1 win 32792
   +0 accept(3, ..., ...) = 4
)";

inline Verdict run(const std::string& script, const RunOptions& options = {}) {
  return run_script("test.pkt", script, options);
}

inline Verdict run_established(const std::string& rest, const RunOptions& options = {}) {
  return run(kEstablished + rest, options);
}

}  // namespace tcpstack::drill
