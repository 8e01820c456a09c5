// FIN_WAIT_2: our FIN is acknowledged, the peer's has not come. RFC 9293 3.10.7.4, 3.10.
#include "tests/tcp/common.h"
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

const Place kPlace{"FIN_WAIT_2", 2, 1, 10001};

const std::vector<Row> kUnmoved = table(to_fin_wait_2(), unmoved(kPlace));
const std::vector<Row> kReset = table(to_fin_wait_2(), reset(kPlace, "reset"));

const std::vector<Row> kRows =
    table(to_fin_wait_2(),
          {{"fifth, an ACK of what was never sent is answered with an ACK",
            "RFC 9293 3.10.7.4 fifth, ESTABLISHED's processing",
            {"< . 1:1(0) ack 3", "drop ack_unacceptable", "> . 2:2(0) ack 1", "state FIN_WAIT_2"}},
           {"the ACK of our FIN again",
            "RFC 9293 3.10.7.4 fifth: a duplicate can be ignored",
            {"< . 1:1(0) ack 2", "state FIN_WAIT_2"}},
           {"sixth, URG is heard",
            "RFC 9293 3.10.7.4 sixth",
            {"< U. 1:1(0) ack 2 urg 9", "rcv.up 10", "state FIN_WAIT_2"}},
           {"seventh, text is taken",
            "RFC 9293 3.10.7.4 seventh; 3.6: half-close",
            {"< P. 1:11(10) ack 2", "> . 2:2(0) ack 11", "receive 10", "state FIN_WAIT_2"}},
           {"a window that closed opens again",
            "RFC 9293 3.8.6.2.2",
            {"< . 1:10001(10000) ack 2", "> . 2:2(0) ack 10001 win 0", "receive 10000",
             "> . 2:2(0) ack 10001 win 10000", "state FIN_WAIT_2"}},
           {"eighth, a FIN",
            "RFC 9293 3.10.7.4 eighth: \"Enter the TIME-WAIT state. Start the time-wait timer\"",
            {"< F. 1:1(0) ack 2", "> . 2:2(0) ack 2", "state TIME_WAIT"}},
           {"a FIN with text",
            "RFC 9293 3.10.7.4 seventh, eighth",
            {"< FP. 1:11(10) ack 2", "> . 2:2(0) ack 12", "receive 10", "receive 1 = 0",
             "state TIME_WAIT"}},
           {"a FIN beyond a hole waits",
            "RFC 9293 3.10.7.4 eighth, in sequence",
            {"< F. 11:11(0) ack 2", "> . 2:2(0) ack 1", "state FIN_WAIT_2", "< P. 1:11(10) ack 2",
             "> . 2:2(0) ack 12", "state TIME_WAIT"}},
           {"a user who still reads may wait for ever",
            "RFC 9293 3.10.7.4: no timer in FIN-WAIT-2",
            {"+7d", "state FIN_WAIT_2"}},
           {"when nobody reads any more it ends after 60 s",
            "Linux: tcp_fin_timeout",
            {"release", "+59999ms", "state FIN_WAIT_2", "+1ms", "state CLOSED", "connections 0"}},
           {"text when nobody reads any more resets",
            "RFC 9293 3.6.1 SHLD-3, RFC 1122 4.2.2.13",
            {"release", "< P. 1:11(10) ack 2", "drop text_after_close", "> R 2:2(0) win 0",
             "state CLOSED"}},
           {"a FIN when nobody reads any more is normal",
            "RFC 9293 3.10.7.4 eighth",
            {"release", "< F. 1:1(0) ack 2", "> . 2:2(0) ack 2", "state TIME_WAIT", "+60s",
             "state CLOSED"}},
           {"ABORT resets",
            "RFC 9293 3.10.5: <SEQ=SND.NXT><CTL=RST>",
            {"abort", "> R. 2:2(0) ack 1 win 0", "state CLOSED", "error reset"}},
           {"OPEN, SEND and CLOSE are errors",
            "RFC 9293 3.10.1, 3.10.2, 3.10.4: \"error: connection closing\"",
            {"send 1 = closing", "close = closing", "state FIN_WAIT_2"}},
           {"RECEIVE goes on",
            "RFC 9293 3.10.3",
            {"receive 1 = would_block", "< P. 1:11(10) ack 2", "> . 2:2(0) ack 11", "receive 10",
             "state FIN_WAIT_2"}}});

INSTANTIATE_TEST_SUITE_P(FinWait2Unmoved, Table, testing::ValuesIn(kUnmoved), row_name);
INSTANTIATE_TEST_SUITE_P(FinWait2Reset, Table, testing::ValuesIn(kReset), row_name);
INSTANTIATE_TEST_SUITE_P(FinWait2, Table, testing::ValuesIn(kRows), row_name);

}  // namespace
}  // namespace tcpstack::test
