// TIME_WAIT: both sides have closed; for 2 MSL the four-tuple remembers. RFC 9293 3.10.7.4, 3.6.1.
#include "tests/tcp/common.h"
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

const Place kPlace{"TIME_WAIT", 2, 2, 10001};

const std::vector<Row> kUnmoved = table(to_time_wait(), unmoved(kPlace));

const std::vector<Row> kRows = table(
    to_time_wait(),
    {{"2 MSL end it",
      "RFC 9293 3.10.8 time-wait timeout; Linux: 60 s",
      {"+59999ms", "state TIME_WAIT", "+1ms", "state CLOSED", "error none"}},
     {"the FIN again is acknowledged and restarts the timer",
      "RFC 9293 3.10.7.4 eighth: \"Restart the 2 MSL time-wait timeout.\"",
      {"+40s", "< F. 1:1(0) ack 2", "drop out_of_window", "> . 2:2(0) ack 2", "+59999ms",
       "state TIME_WAIT", "+1ms", "state CLOSED"}},
     {"another segment does not restart it",
      "RFC 9293 3.10.7.4 fifth: only a retransmission of the remote FIN can arrive",
      {"+40s", "< . 2:2(0) ack 2", "drop time_wait_segment", "+20s", "state CLOSED"}},
     {"an ACK of what was never sent is challenged, and does not restart it",
      "RFC 9293 3.5.2 group 3, RFC 5961 5.2",
      {"+40s", "< . 2:2(0) ack 3", "drop ack_unacceptable", "> . 2:2(0) ack 2", "+20s",
       "state CLOSED"}},
     {"a FIN that is not the peer's does not restart it",
      "RFC 9293 3.10.7.4 fifth: only a retransmission of the remote FIN",
      {"+30s", "< F. 10001:10001(0) ack 2", "drop out_of_window", "> . 2:2(0) ack 2", "+10s",
       "< F. 7:7(0) ack 2", "drop time_wait_segment", "> . 2:2(0) ack 2", "+20s", "state CLOSED"}},
     {"text before the FIN again, and the FIN with it, restart it",
      "RFC 9293 3.10.7.4 eighth: the FIN of a retransmission with text",
      {"+40s", "< FP. 4294967292:1(5) ack 2", "drop out_of_window", "> . 2:2(0) ack 2", "+59999ms",
       "state TIME_WAIT", "+1ms", "state CLOSED"}},
     {"second, a RST does not end it",
      "RFC 1337 4: TIME-WAIT assassination",
      {"< R 2:2(0)", "drop rst_in_time_wait", "state TIME_WAIT"}},
     {"sixth, seventh, URG and text are ignored",
      "RFC 9293 3.10.7.4 sixth, seventh",
      {"< PU. 2:12(10) ack 2 urg 9", "drop time_wait_segment", "> . 2:2(0) ack 2", "rcv.up 0",
       "readable 0", "state TIME_WAIT"}},
     {"a SYN beyond RCV.NXT begins a new connection",
      "RFC 9293 3.6.1 MAY-2, RFC 6191 2: a larger sequence number",
      {"< S 500:500(0) <mss 1000>", "state SYN_RECEIVED", "> S. 0:0(0) ack 501 <mss 1000>",
       "connections 2"}},
     {"a SYN before RCV.NXT is an old duplicate",
      "RFC 9293 3.6.1, RFC 6191 2",
      {"< S 0:0(0) <mss 1000>", "drop out_of_window", "> . 2:2(0) ack 2", "state TIME_WAIT"}},
     {"a SYN when nobody listens is challenged",
      "RFC 9293 3.10.7.4 fourth, RFC 5961 4.2",
      {"unlisten", "< S 500:500(0) <mss 1000>", "drop syn_in_window", "> . 2:2(0) ack 2",
       "state TIME_WAIT"}},
     {"a SYN, ACK is challenged",
      "RFC 9293 3.10.7.4 fourth, RFC 5961 4.2",
      {"< S. 500:500(0) ack 2 <mss 1000>", "drop syn_in_window", "> . 2:2(0) ack 2",
       "state TIME_WAIT"}},
     {"ABORT deletes the TCB",
      "RFC 9293 3.10.5: \"respond 'ok' and delete the TCB, enter CLOSED\"",
      {"abort", "state CLOSED"}},
     {"released, it stays for 2 MSL",
      "RFC 9293 3.6.1 MUST-13",
      {"release", "connections 1", "+60s", "connections 0", "state CLOSED"}},
     {"OPEN, SEND and CLOSE are errors",
      "RFC 9293 3.10.1, 3.10.2, 3.10.4: \"error: connection closing\"",
      {"send 1 = closing", "close = closing", "state TIME_WAIT"}},
     {"RECEIVE is at the end",
      "RFC 9293 3.10.3: \"error: connection closing\", for us 0 bytes",
      {"receive 1 = 0", "state TIME_WAIT"}}});

INSTANTIATE_TEST_SUITE_P(TimeWaitUnmoved, Table, testing::ValuesIn(kUnmoved), row_name);
INSTANTIATE_TEST_SUITE_P(TimeWait, Table, testing::ValuesIn(kRows), row_name);

}  // namespace
}  // namespace tcpstack::test
