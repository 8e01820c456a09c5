#include "stack/tcp/icmp_errors.h"

#include "stack/tcp/connection.h"

namespace tcpstack::tcp {

namespace {

// Linux: RFC 9293 section 3.9.2.2 leaves the error's name to us. It is that of Linux (`icmp_err_convert`). You can
// see it: a connection that times out after "net unreachable" ends with ENETUNREACH, not with ETIMEDOUT.
Error error_of(ip::IcmpProblem problem) {
  switch (problem) {
    case ip::IcmpProblem::net_unreachable:
    case ip::IcmpProblem::net_prohibited: return Error::net_unreachable;
    case ip::IcmpProblem::host_unreachable:
    case ip::IcmpProblem::host_prohibited:
    case ip::IcmpProblem::fragmentation_needed:
    case ip::IcmpProblem::source_route_failed:
    case ip::IcmpProblem::time_exceeded: return Error::host_unreachable;
    case ip::IcmpProblem::protocol_unreachable:
    case ip::IcmpProblem::parameter_problem: return Error::protocol_unreachable;
    case ip::IcmpProblem::port_unreachable: return Error::refused;
  }
  return Error::none;
}

// MUST-56: false for net, host, source route, time exceeded or parameter problem.
// Linux: RFC 1122 section 4.2.3.9 knows no codes above 5. Codes 6 to 10 and 13 to 15 are hard, as in Linux
// (`icmp_err_convert`): a firewall's "prohibited" does not go away. You can see it: it ends a connect at once.
bool is_hard(ip::IcmpProblem problem) {
  switch (problem) {
    case ip::IcmpProblem::net_prohibited:
    case ip::IcmpProblem::host_prohibited:
    case ip::IcmpProblem::protocol_unreachable:
    case ip::IcmpProblem::port_unreachable: return true;
    case ip::IcmpProblem::net_unreachable:
    case ip::IcmpProblem::host_unreachable:
    case ip::IcmpProblem::fragmentation_needed:
    case ip::IcmpProblem::source_route_failed:
    case ip::IcmpProblem::time_exceeded:
    case ip::IcmpProblem::parameter_problem: return false;
  }
  return false;
}

}  // namespace

QuotedSegment quoted_segment(const ip::IcmpError& error) {
  const Bytes tcp = error.quoted.payload;
  return {.local = {error.quoted.header.source, load_be16(&tcp[0])},
          .remote = {error.quoted.header.destination, load_be16(&tcp[2])},
          .seq = Seq(load_be32(&tcp[4]))};
}

bool is_in_flight(const Tcb& tcb, Seq seq) { return tcb.snd.una <= seq && seq < tcb.snd.nxt; }

void icmp_error_arrives(Tcb& tcb, ip::IcmpProblem problem, Context& cx) {
  switch (tcb.state) {
    case State::CLOSED:
    case State::LISTEN: return;
    case State::SYN_SENT:
    case State::SYN_RECEIVED:
      if (is_hard(problem)) {  // SHLD-26
        end(tcb, error_of(problem), {ip::name(problem), "RFC 9293 3.9.2.2 SHLD-26"}, cx);
        return;
      }
      break;
    case State::ESTABLISHED:
    case State::FIN_WAIT_1:
    case State::FIN_WAIT_2:
    case State::CLOSE_WAIT:
    case State::CLOSING:
    case State::LAST_ACK:
    case State::TIME_WAIT:
      // Departs: RFC 9293 section 3.9.2.2 (SHLD-26) aborts here, too. RFC 5927 section 5.2 does not, and neither
      // does Linux (`tcp_v4_err`): a peer that has answered does not lose its protocol or port, and everybody can
      // write such a message. You can see it: "port unreachable" does not end an established connection.
      break;
  }
  tcb.soft_error = error_of(problem);
  tcb.events.delivery_problem = tcb.options->report_problems;  // MUST-47, SHLD-20
  cx.note({ip::name(problem), "RFC 9293 3.9.2.2 MUST-56"}, &tcb);
}

Error error_of_timeout(const Tcb& tcb) {
  return tcb.soft_error != Error::none ? tcb.soft_error : Error::aborted;
}

}  // namespace tcpstack::tcp
