// CLOSING: both FINs are out, ours is not acknowledged. RFC 9293 3.10.7.4, 3.10.
#include "tests/tcp/common.h"
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

const Place kPlace{"CLOSING", 2, 2, 10001};

const std::vector<Row> kUnmoved = table(to_closing(), unmoved(kPlace));
const std::vector<Row> kReset = table(to_closing(), reset(kPlace, "reset"));

const std::vector<Row> kRows =
    table(to_closing(),
          {{"fifth, the ACK of our FIN",
            "RFC 9293 3.10.7.4 fifth: \"if the ACK acknowledges our FIN, then enter the TIME-WAIT "
            "state\"",
            {"< . 2:2(0) ack 2", "state TIME_WAIT", "+60s", "state CLOSED", "error none"}},
           {"an ACK of less",
            "RFC 9293 3.10.7.4 fifth: \"otherwise, ignore the segment\"",
            {"< . 2:2(0) ack 1", "state CLOSING"}},
           {"fifth, an ACK of what was never sent is answered with an ACK",
            "RFC 9293 3.10.7.4 fifth, ESTABLISHED's processing",
            {"< . 2:2(0) ack 3", "drop ack_unacceptable", "> . 2:2(0) ack 2", "state CLOSING"}},
           {"sixth, URG is ignored",
            "RFC 9293 3.10.7.4 sixth: \"This should not occur\"",
            {"< U. 2:2(0) ack 1 urg 9", "rcv.up 0", "state CLOSING"}},
           {"seventh, text is ignored",
            "RFC 9293 3.10.7.4 seventh: \"Ignore the segment text.\"",
            {"< P. 2:12(10) ack 1", "drop text_after_fin", "readable 0", "state CLOSING"}},
           {"eighth, the FIN again: remain, and acknowledge",
            "RFC 9293 3.10.7.4 first, eighth: \"Remain in the CLOSING state.\"",
            {"< F. 1:1(0) ack 1", "drop out_of_window", "> . 2:2(0) ack 2", "state CLOSING"}},
           {"the FIN is retransmitted",
            "RFC 9293 3.10.8, RFC 6298 5.4",
            {"+200ms", "> F. 1:1(0) ack 2", "< . 2:2(0) ack 2", "state TIME_WAIT"}},
           {"ABORT deletes the TCB",
            "RFC 9293 3.10.5: \"respond 'ok' and delete the TCB, enter CLOSED\"",
            {"abort", "state CLOSED"}},
           {"OPEN, SEND and CLOSE are errors",
            "RFC 9293 3.10.1, 3.10.2, 3.10.4: \"error: connection closing\"",
            {"send 1 = closing", "close = closing", "state CLOSING"}},
           {"RECEIVE is at the end",
            "RFC 9293 3.10.3: \"error: connection closing\", for us 0 bytes",
            {"receive 1 = 0", "state CLOSING"}}});

INSTANTIATE_TEST_SUITE_P(ClosingUnmoved, Table, testing::ValuesIn(kUnmoved), row_name);
INSTANTIATE_TEST_SUITE_P(ClosingReset, Table, testing::ValuesIn(kReset), row_name);
INSTANTIATE_TEST_SUITE_P(Closing, Table, testing::ValuesIn(kRows), row_name);

}  // namespace
}  // namespace tcpstack::test
