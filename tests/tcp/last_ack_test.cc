// LAST_ACK: the peer has closed, our FIN is out. RFC 9293 3.10.7.4, 3.10.
#include "tests/tcp/common.h"
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

const Place kPlace{"LAST_ACK", 2, 2, 10001};

const std::vector<Row> kUnmoved = table(to_last_ack(), unmoved(kPlace));
const std::vector<Row> kReset = table(to_last_ack(), reset(kPlace, "reset"));

const std::vector<Row> kRows =
    table(to_last_ack(),
          {{"fifth, the ACK of our FIN",
            "RFC 9293 3.10.7.4 fifth: \"delete the TCB, enter the CLOSED state, and return\"",
            {"< . 2:2(0) ack 2", "state CLOSED", "error none", "event closed", "receive 1 = 0"}},
           {"an ACK of less", "RFC 9293 3.10.7.4 fifth", {"< . 2:2(0) ack 1", "state LAST_ACK"}},
           {"fifth, an ACK of what was never sent is answered with an ACK",
            "RFC 9293 3.10.7.4 fifth, ESTABLISHED's processing",
            {"< . 2:2(0) ack 3", "drop ack_unacceptable", "> . 2:2(0) ack 2", "state LAST_ACK"}},
           {"sixth, URG is ignored",
            "RFC 9293 3.10.7.4 sixth: \"This should not occur\"",
            {"< U. 2:2(0) ack 1 urg 9", "rcv.up 0", "state LAST_ACK"}},
           {"seventh, text is ignored",
            "RFC 9293 3.10.7.4 seventh: \"Ignore the segment text.\"",
            {"< P. 2:12(10) ack 1", "drop text_after_fin", "readable 0", "state LAST_ACK"}},
           {"eighth, the FIN again: remain, and acknowledge",
            "RFC 9293 3.10.7.4 first, eighth: \"Remain in the LAST-ACK state.\"",
            {"< F. 1:1(0) ack 1", "drop out_of_window", "> . 2:2(0) ack 2", "state LAST_ACK"}},
           {"the FIN is retransmitted",
            "RFC 9293 3.10.8, RFC 6298 5.4, 5.5",
            {"+200ms", "> F. 1:1(0) ack 2", "+400ms", "> F. 1:1(0) ack 2", "< . 2:2(0) ack 2",
             "state CLOSED"}},
           {"released, it is gone with the ACK",
            "RFC 9293 3.10.7.4 fifth",
            {"release", "< . 2:2(0) ack 2", "connections 0", "state CLOSED"}},
           {"ABORT deletes the TCB",
            "RFC 9293 3.10.5: \"respond 'ok' and delete the TCB, enter CLOSED\"",
            {"abort", "state CLOSED"}},
           {"OPEN, SEND and CLOSE are errors",
            "RFC 9293 3.10.1, 3.10.2, 3.10.4: \"error: connection closing\"",
            {"send 1 = closing", "close = closing", "state LAST_ACK"}},
           {"RECEIVE is at the end",
            "RFC 9293 3.10.3: \"error: connection closing\", for us 0 bytes",
            {"receive 1 = 0", "state LAST_ACK"}}});

INSTANTIATE_TEST_SUITE_P(LastAckUnmoved, Table, testing::ValuesIn(kUnmoved), row_name);
INSTANTIATE_TEST_SUITE_P(LastAckReset, Table, testing::ValuesIn(kReset), row_name);
INSTANTIATE_TEST_SUITE_P(LastAck, Table, testing::ValuesIn(kRows), row_name);

}  // namespace
}  // namespace tcpstack::test
