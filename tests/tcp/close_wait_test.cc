// CLOSE_WAIT: the peer has closed, our user has not. RFC 9293 3.10.7.4, 3.10.
#include "tests/tcp/common.h"
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

const Place kPlace{"CLOSE_WAIT", 1, 2, 10001};

const std::vector<Row> kUnmoved = table(to_close_wait(), unmoved(kPlace));
const std::vector<Row> kReset = table(to_close_wait(), reset(kPlace, "closing"));

const std::vector<Row> kRows = table(
    to_close_wait(),
    {{"fifth, an ACK of what was never sent is answered with an ACK",
      "RFC 9293 3.10.7.4 fifth, ESTABLISHED's processing",
      {"< . 2:2(0) ack 2", "drop ack_unacceptable", "> . 1:1(0) ack 2", "state CLOSE_WAIT"}},
     {"ACKs go on",
      "RFC 9293 3.10.7.4 fifth: ESTABLISHED's processing",
      {"send 10", "> P. 1:11(10) ack 2", "< . 2:2(0) ack 11 win 500", "unacknowledged 0",
       "snd.wnd 500", "state CLOSE_WAIT"}},
     {"sixth, URG is ignored",
      "RFC 9293 3.10.7.4 sixth: \"This should not occur\"",
      {"< U. 2:2(0) ack 1 urg 9", "rcv.up 0", "state CLOSE_WAIT"}},
     {"seventh, text is ignored",
      "RFC 9293 3.10.7.4 seventh: \"Ignore the segment text.\"",
      {"< P. 2:12(10) ack 1", "drop text_after_fin", "readable 0", "state CLOSE_WAIT"}},
     {"eighth, the FIN again: remain, and acknowledge",
      "RFC 9293 3.10.7.4 first, eighth: \"Remain in the CLOSE-WAIT state.\"",
      {"< F. 1:1(0) ack 1", "drop out_of_window", "> . 1:1(0) ack 2", "state CLOSE_WAIT"}},
     {"another FIN: remain",
      "RFC 9293 3.10.7.4 eighth: \"Remain in the CLOSE-WAIT state.\"",
      {"< F. 2:2(0) ack 1", "drop fin_again", "> . 1:1(0) ack 2", "at_end yes",
       "state CLOSE_WAIT"}},
     {"SEND goes on",
      "RFC 9293 3.10.2, 3.6: half-close",
      {"send 10", "> P. 1:11(10) ack 2", "state CLOSE_WAIT"}},
     {"RECEIVE is at the end",
      "RFC 9293 3.10.3: \"error: connection closing\", for us 0 bytes",
      {"receive 1 = 0", "state CLOSE_WAIT"}},
     {"CLOSE",
      "RFC 9293 3.10.4: \"send a FIN segment, enter LAST-ACK state\" (not CLOSING, as RFC 793 had "
      "it)",
      {"close", "> F. 1:1(0) ack 2", "state LAST_ACK"}},
     {"CLOSE behind text",
      "RFC 9293 3.10.4: \"Queue this request until all preceding SENDs have been segmentized\"",
      {"send 10", "> P. 1:11(10) ack 2", "send 500", "close", "> FP. 11:511(500) ack 2",
       "state LAST_ACK"}},
     {"ABORT resets",
      "RFC 9293 3.10.5: <SEQ=SND.NXT><CTL=RST>",
      {"abort", "> R. 1:1(0) ack 2 win 0", "state CLOSED", "error reset"}},
     {"no timer runs", "RFC 9293 3.10.7.4: the user decides", {"+7d", "state CLOSE_WAIT"}}});

INSTANTIATE_TEST_SUITE_P(CloseWaitUnmoved, Table, testing::ValuesIn(kUnmoved), row_name);
INSTANTIATE_TEST_SUITE_P(CloseWaitReset, Table, testing::ValuesIn(kReset), row_name);
INSTANTIATE_TEST_SUITE_P(CloseWait, Table, testing::ValuesIn(kRows), row_name);

}  // namespace
}  // namespace tcpstack::test
