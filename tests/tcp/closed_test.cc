// CLOSED: RFC 9293 3.10.7.1, a port that nobody listens on, and the user's calls on a connection that has
// ended (3.10.1 to 3.10.6).
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

const std::vector<Row> kSegments = table(
    {},
    {{"a RST is dropped in silence",
      "RFC 9293 3.10.7.1: \"An incoming segment containing a RST is discarded.\"",
      {"< R 1:1(0)", "drop closed_got_rst", "< R. 1:1(0) ack 1", "drop closed_got_rst",
       "state CLOSED"}},
     {"a SYN is refused",
      "RFC 9293 3.10.7.1: <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>",
      {"< S 0:0(0) <mss 1000>", "drop closed_answered_rst", "> R. 0:0(0) ack 1 win 0",
       "state CLOSED"}},
     {"text and FIN count in SEG.LEN",
      "RFC 9293 3.10.7.1, 3.3.1: SEG.LEN counts SYN and FIN",
      {"< SF 0:10(10)", "drop closed_answered_rst", "> R. 0:0(0) ack 12 win 0", "state CLOSED"}},
     {"a segment without control bits is refused",
      "RFC 9293 3.10.7.1: the ACK bit is off",
      {"< - 7:7(0)", "drop closed_answered_rst", "> R. 0:0(0) ack 7 win 0", "state CLOSED"}},
     {"an ACK is refused at its number",
      "RFC 9293 3.10.7.1: <SEQ=SEG.ACK><CTL=RST>",
      {"< . 1:1(0) ack 123", "drop closed_answered_rst", "> R 123:123(0) win 0", "state CLOSED"}},
     {"a FIN, ACK with text is refused at its number",
      "RFC 9293 3.10.7.1",
      {"< FP. 1:11(10) ack 123", "drop closed_answered_rst", "> R 123:123(0) win 0",
       "state CLOSED"}},
     {"a SYN, ACK is refused at its number",
      "RFC 9293 3.10.7.1",
      {"< S. 0:0(0) ack 55", "drop closed_answered_rst", "> R 55:55(0) win 0", "state CLOSED"}},
     {"an urgent pointer changes nothing",
      "RFC 9293 3.10.7.1",
      {"< FPU 5:5(0) urg 1", "drop closed_answered_rst", "> R. 0:0(0) ack 6 win 0",
       "state CLOSED"}},
     {"calls need a connection",
      "RFC 9293 3.10.2 to 3.10.5: \"error: connection does not exist\"",
      {"send 1 = does_not_exist", "receive 1 = does_not_exist", "close = does_not_exist",
       "abort = does_not_exist", "accept = does_not_exist", "state CLOSED"}},
     {"an active OPEN sends a SYN",
      "RFC 9293 3.10.1: <SEQ=ISS><CTL=SYN>",
      {"open", "> S 0:0(0) win 10000 <mss 1000,sackOK,TS val 0 ecr 0,nop,wscale 0>",
       "state SYN_SENT"}},
     {"a passive OPEN sends nothing",
      "RFC 9293 3.10.1: \"enter the LISTEN state, and return\"",
      {"listen", "state LISTEN"}}});

// The TCB of a connection that has ended stays until its user lets it go.
const std::vector<Row> kCalls =
    table(to_established() + Lines{"abort", "> R. 1:1(0) ack 1 win 0", "state CLOSED"},
          {{"its calls tell why",
            "RFC 9293 3.10.5: \"connection reset\" for all queued SENDs and RECEIVEs",
            {"send 1 = reset", "send 1 = closing", "receive 1 = 0", "close = reset", "error reset",
             "state CLOSED"}},
           {"or the first of its calls is RECEIVE",
            "RFC 9293 3.10.5",
            {"receive 1 = reset", "receive 1 = 0", "send 1 = closing", "state CLOSED"}},
           {"a second ABORT has nothing to abort",
            "RFC 9293 3.10.5: CLOSED, \"error: connection does not exist\"",
            {"abort = does_not_exist", "state CLOSED"}},
           {"its segments belong to nobody",
            "RFC 9293 3.10.7.1; the listener is there: 3.10.7.2",
            {"< . 1:1(0) ack 1", "drop listen_got_ack", "> R 1:1(0) win 0", "state CLOSED"}},
           {"released, it is gone",
            "RFC 9293 3.10.6: STATUS of no connection",
            {"release", "connections 0", "error no connection", "send 1 = does_not_exist",
             "state CLOSED"}},
           {"its four-tuple is free for another",
            "RFC 9293 3.10.1",
            {"open", "> S 0:0(0) <...>", "state SYN_SENT"}}});

INSTANTIATE_TEST_SUITE_P(ClosedSegments, Table, testing::ValuesIn(kSegments), row_name);
INSTANTIATE_TEST_SUITE_P(ClosedCalls, Table, testing::ValuesIn(kCalls), row_name);

}  // namespace
}  // namespace tcpstack::test
