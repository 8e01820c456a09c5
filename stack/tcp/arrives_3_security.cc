// 3.10.7.4, third: "check security".
#include "stack/tcp/arrives.h"

namespace tcpstack::tcp {

Next third_check_security(Tcb& /*tcb*/, const Segment& /*seg*/, Context& /*cx*/) {
  // Departs: the security and compartment of RFC 791's IP option are not implemented, as in every
  // stack of today (RFC 9293 appendix A.1), so that they always match.
  return Next::go_on;
}

}  // namespace tcpstack::tcp
