// LISTEN: RFC 9293 3.10.7.2 and the user's calls on a listener. Each SYN makes a connection of its own; the
// listener stays, so what the RFC calls "return to LISTEN" shows in that the next SYN is answered.
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

const std::vector<Row> kListen = table(
    {"listen"},
    {{"first, a RST is ignored",
      "RFC 9293 3.10.7.2 first",
      {"< R 0:0(0)", "drop listen_got_rst", "< R. 0:0(0) ack 1", "drop listen_got_rst",
       "< SR 0:0(0)", "drop listen_got_rst", "state LISTEN"}},
     {"second, an ACK is reset",
      "RFC 9293 3.10.7.2 second: <SEQ=SEG.ACK><CTL=RST>",
      {"< . 1:1(0) ack 321", "drop listen_unexpected", "> R 321:321(0) win 0", "state LISTEN"}},
     {"a SYN, ACK is reset",
      "RFC 9293 3.10.7.2 second, 3.5 Figure 10: an old duplicate",
      {"< S. 0:0(0) ack 321", "drop listen_unexpected", "> R 321:321(0) win 0", "state LISTEN"}},
     {"third, a SYN is answered with SYN, ACK",
      "RFC 9293 3.10.7.2 third: <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>",
      {"< S 0:0(0) <mss 1000>", "> S. 0:0(0) ack 1 win 10000 <mss 1000>", "state SYN_RECEIVED"}},
     {"text on a SYN is left to its retransmission",
      "RFC 9293 3.10.7.2 third: text may be queued; its acknowledgment must not pretend it was",
      {"< S 0:10(10) <mss 1000>", "> S. 0:0(0) ack 1 <mss 1000>", "< . 1:1(0) ack 1",
       "state ESTABLISHED", "accept", "readable 0", "< P. 1:11(10) ack 1", "> . 1:1(0) ack 11",
       "receive 10", "state ESTABLISHED"}},
     {"a FIN on a SYN is not processed",
      "RFC 9293 3.10.7.2 third: other controls wait for SYN-RECEIVED",
      {"< SF 0:0(0) <mss 1000>", "> S. 0:0(0) ack 1 <mss 1000>", "state SYN_RECEIVED"}},
     {"ECE and CWR on a SYN ask for ECN",
      "RFC 3168 6.1.1, SHLD-8: an ECN-setup SYN is answered with an ECN-setup SYN, ACK",
      {"< SEW 0:0(0) <mss 1000>", "> S.E 0:0(0) ack 1 <mss 1000>", "state SYN_RECEIVED"}},
     {"fourth, anything else is dropped",
      "RFC 9293 3.10.7.2 fourth",
      {"< F 0:0(0)", "drop listen_unexpected", "< - 0:0(0)", "drop listen_unexpected",
       "< FPU 0:0(0)", "drop listen_unexpected", "< P 0:10(10)", "drop listen_unexpected",
       "state LISTEN"}},
     {"a second listener on the port is refused",
      "RFC 9293 3.10.1, MUST-41: \"error: connection already exists\"",
      {"listen = address_in_use", "state LISTEN"}},
     {"there is nothing to accept yet",
      "non-blocking calls",
      {"accept = would_block", "< S 0:0(0) <mss 1000>", "> S. 0:0(0) ack 1 <mss 1000>",
       "accept = would_block", "< . 1:1(0) ack 1", "event acceptable", "accept",
       "accept = would_block", "state ESTABLISHED"}},
     {"closed, the port answers no more",
      "RFC 9293 3.10.4 LISTEN: delete TCB, enter CLOSED",
      {"unlisten", "< S 0:0(0)", "drop closed_answered_rst", "> R. 0:0(0) ack 1 win 0",
       "state LISTEN"}},
     {"closed, half-open connections are reset",
      "RFC 9293 3.10.4",
      {"< S 0:0(0) <mss 1000>", "> S. 0:0(0) ack 1 <mss 1000>", "unlisten",
       "> R. 1:1(0) ack 1 win 0", "connections 0", "state CLOSED"}},
     {"closed, connections that nobody accepted are reset",
      "RFC 9293 3.10.4",
      {"< S 0:0(0) <mss 1000>", "> S. 0:0(0) ack 1 <mss 1000>", "< . 1:1(0) ack 1", "unlisten",
       "> R. 1:1(0) ack 1 win 0", "connections 0", "state CLOSED"}},
     {"closed, an accepted connection lives on",
      "RFC 9293 3.10.4",
      {"< S 0:0(0) <mss 1000>", "> S. 0:0(0) ack 1 <mss 1000>", "< . 1:1(0) ack 1", "accept",
       "unlisten", "send 10", "> P. 1:11(10) ack 1", "state ESTABLISHED"}}});

INSTANTIATE_TEST_SUITE_P(Listen, Table, testing::ValuesIn(kListen), row_name);

}  // namespace
}  // namespace tcpstack::test
