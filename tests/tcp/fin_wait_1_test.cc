// FIN_WAIT_1: our FIN is out, or waits behind text; the peer's has not come. RFC 9293 3.10.7.4, 3.10.
#include "tests/tcp/common.h"
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

const Place kPlace{"FIN_WAIT_1", 2, 1, 10001};

const std::vector<Row> kUnmoved = table(to_fin_wait_1(), unmoved(kPlace));
const std::vector<Row> kReset = table(to_fin_wait_1(), reset(kPlace, "reset"));

const std::vector<Row> kRows = table(
    to_fin_wait_1(),
    {{"fifth, the ACK of our FIN",
      "RFC 9293 3.10.7.4 fifth: \"if the FIN segment is now acknowledged, then enter FIN-WAIT-2\"",
      {"< . 1:1(0) ack 2", "state FIN_WAIT_2", "+1s", "state FIN_WAIT_2"}},
     {"an ACK of the text, not of the FIN",
      "RFC 9293 3.10.7.4 fifth",
      {"< . 1:1(0) ack 1 win 500", "snd.wnd 500", "state FIN_WAIT_1"}},
     {"fifth, an ACK of what was never sent is answered with an ACK",
      "RFC 9293 3.10.7.4 fifth, ESTABLISHED's processing",
      {"< . 1:1(0) ack 3", "drop ack_unacceptable", "> . 2:2(0) ack 1", "state FIN_WAIT_1"}},
     {"sixth, URG is heard",
      "RFC 9293 3.10.7.4 sixth",
      {"< U. 1:1(0) ack 1 urg 9", "rcv.up 10", "state FIN_WAIT_1"}},
     {"seventh, text is taken",
      "RFC 9293 3.10.7.4 seventh",
      {"< P. 1:11(10) ack 1", "> . 2:2(0) ack 11", "receive 10", "state FIN_WAIT_1"}},
     {"eighth, a FIN that does not acknowledge ours",
      "RFC 9293 3.10.7.4 eighth: \"otherwise, enter the CLOSING state\"",
      {"< F. 1:1(0) ack 1", "> . 2:2(0) ack 2", "state CLOSING"}},
     {"a FIN that acknowledges ours",
      "RFC 9293 3.10.7.4 eighth: \"If our FIN has been ACKed (perhaps in this segment), then enter "
      "TIME-WAIT\"",
      {"< F. 1:1(0) ack 2", "> . 2:2(0) ack 2", "state TIME_WAIT"}},
     {"text, FIN and the ACK of ours in one",
      "RFC 9293 3.10.7.4 fifth, seventh, eighth",
      {"< FP. 1:11(10) ack 2", "> . 2:2(0) ack 12", "receive 10", "receive 1 = 0",
       "state TIME_WAIT"}},
     {"a FIN beyond a hole waits",
      "RFC 9293 3.10.7.4 eighth, in sequence",
      {"< F. 11:11(0) ack 2", "> . 2:2(0) ack 1", "state FIN_WAIT_2", "< P. 1:11(10) ack 2",
       "> . 2:2(0) ack 12", "state TIME_WAIT"}},
     {"the FIN is retransmitted",
      "RFC 9293 3.10.8, RFC 6298 5.4, 5.5; the handshake took no time: the RTO is its minimum, 200 "
      "ms",
      {"+199ms", "+1ms", "> F. 1:1(0) ack 1", "+399ms", "+1ms", "> F. 1:1(0) ack 1",
       "< . 1:1(0) ack 2", "state FIN_WAIT_2"}},
     {"ABORT resets",
      "RFC 9293 3.10.5: <SEQ=SND.NXT><CTL=RST>",
      {"abort", "> R. 2:2(0) ack 1 win 0", "state CLOSED", "error reset"}},
     {"OPEN, SEND and CLOSE are errors",
      "RFC 9293 3.10.1, 3.10.2, 3.10.4: \"error: connection closing\"",
      {"send 1 = closing", "close = closing", "state FIN_WAIT_1"}},
     {"RECEIVE goes on",
      "RFC 9293 3.10.3",
      {"receive 1 = would_block", "< P. 1:11(10) ack 1", "> . 2:2(0) ack 11", "receive 10",
       "state FIN_WAIT_1"}}});

INSTANTIATE_TEST_SUITE_P(FinWait1Unmoved, Table, testing::ValuesIn(kUnmoved), row_name);
INSTANTIATE_TEST_SUITE_P(FinWait1Reset, Table, testing::ValuesIn(kReset), row_name);
INSTANTIATE_TEST_SUITE_P(FinWait1, Table, testing::ValuesIn(kRows), row_name);

}  // namespace
}  // namespace tcpstack::test
