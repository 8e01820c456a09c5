// 3.10.7.4, third: "check security".
#include "stack/tcp/arrives.h"

namespace tcpstack::tcp {

Next third_check_security(Tcb& /*tcb*/, const Segment& /*seg*/, Context& /*cx*/) {
  // Departs: RFC 9293 section 3.10.7.4 (third) compares the security and compartment of RFC 791's IP option. We do
  // not implement the option, like every stack of today (RFC 9293 appendix A.1), so they always match. You can see
  // it: a segment with this option is processed like any other.
  return Next::go_on;
}

}  // namespace tcpstack::tcp
