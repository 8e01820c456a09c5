// SYN_SENT: RFC 9293 3.10.7.3, and the user's calls in this state.
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

const std::vector<Row> kSegments = table(
    to_syn_sent(),
    {{"first, an ACK of what was never sent is reset",
      "RFC 9293 3.10.7.3 first: SEG.ACK > SND.NXT, <SEQ=SEG.ACK><CTL=RST>",
      {"< . 1:1(0) ack 2", "drop syn_sent_bad_ack", "> R 2:2(0) win 0", "state SYN_SENT"}},
     {"an ACK of nothing is reset",
      "RFC 9293 3.10.7.3 first: SEG.ACK =< ISS",
      {"< S. 0:0(0) ack 0 <mss 1000>", "drop syn_sent_bad_ack", "> R 0:0(0) win 0",
       "state SYN_SENT"}},
     {"an old SYN, ACK is reset, the true one taken",
      "RFC 9293 3.5 Figure 8",
      {"< S. 0:0(0) ack 91 <mss 1000>", "drop syn_sent_bad_ack", "> R 91:91(0) win 0",
       "< S. 0:0(0) ack 1 <mss 1000>", "> . 1:1(0) ack 1", "state ESTABLISHED"}},
     {"an unacceptable ACK with RST is dropped in silence",
      "RFC 9293 3.10.7.3 first: \"unless the RST bit is set\"",
      {"< R. 0:0(0) ack 2", "drop syn_sent_bad_ack", "< R. 0:0(0) ack 0", "drop syn_sent_bad_ack",
       "state SYN_SENT"}},
     {"second, a RST that acknowledges the SYN: connection refused",
      "RFC 9293 3.10.7.3 second: \"error: connection reset\"",
      {"< R. 0:0(0) ack 1", "drop rst_taken", "state CLOSED", "error refused", "event closed"}},
     {"a RST without ACK is dropped",
      "RFC 9293 3.10.7.3 second: \"Otherwise (no ACK), drop the segment and return.\"",
      {"< R 0:0(0)", "drop syn_sent_bad_ack", "state SYN_SENT"}},
     {"fourth, SYN, ACK establishes",
      "RFC 9293 3.10.7.3 fourth: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>",
      {"< S. 0:0(0) ack 1 win 5000 <mss 1000>", "> . 1:1(0) ack 1", "state ESTABLISHED",
       "event established", "snd.wnd 5000"}},
     {"text that waits goes along with the ACK",
      "RFC 9293 3.10.7.3 fourth: \"Data or controls that were queued for transmission MAY be "
      "included.\"",
      {"send 100", "< S. 0:0(0) ack 1 <mss 1000>", "> P. 1:101(100) ack 1", "state ESTABLISHED"}},
     {"a SYN alone: simultaneous open",
      "RFC 9293 3.10.7.3 fourth: <SEQ=ISS><ACK=RCV.NXT><CTL=SYN,ACK>; 3.5 Figure 7, MUST-10",
      {"< S 0:0(0) <mss 1000>", "> S. 0:0(0) ack 1 win 10000 <mss 1000>", "state SYN_RECEIVED",
       "< S. 0:0(0) ack 1 <mss 1000>", "state ESTABLISHED"}},
     {"other controls of such a SYN wait for ESTABLISHED",
      "RFC 9293 3.10.7.3 fourth: \"queue them for processing after the ESTABLISHED state\"",
      {"< SF 0:0(0) <mss 1000>", "drop syn_text", "> S. 0:0(0) ack 1 <mss 1000>",
       "state SYN_RECEIVED"}},
     {"text of such a SYN waits for ESTABLISHED",
      "RFC 9293 3.10.7.3 fourth: \"queue them for processing after the ESTABLISHED state has been "
      "reached\"",
      {"< S 0:10(10) <mss 1000>", "> S. 0:0(0) ack 1 <mss 1000>", "readable 0",
       "< . 11:11(0) ack 1", "> . 1:1(0) ack 11", "receive 10", "state ESTABLISHED"}},
     {"text of SYN, ACK is taken",
      "RFC 9293 3.10.7.3 fourth: \"continue processing at the sixth step\"",
      {"< S. 0:10(10) ack 1 <mss 1000>", "> . 1:1(0) ack 11", "receive 10", "state ESTABLISHED"}},
     {"a FIN of SYN, ACK is taken",
      "RFC 9293 3.10.7.3 fourth: \"continue processing at the sixth step\"",
      {"< SF. 0:10(10) ack 1 <mss 1000>", "> . 1:1(0) ack 12", "receive 10", "at_end yes",
       "state CLOSE_WAIT"}},
     {"text beyond the window of our SYN is not taken",
      "RFC 9293 3.10.7.4 first: what lies outside the window is trimmed",
      {"< S. 0:10001(10001) ack 1 <mss 1000>", "drop text_no_room", "> . 1:1(0) ack 10001 win 0",
       "receive 10001 = 10000", "> . 1:1(0) ack 10001 win 10000", "state ESTABLISHED"}},
     {"fifth, neither SYN nor RST: dropped",
      "RFC 9293 3.10.7.3 fifth",
      {"< . 1:1(0) ack 1", "drop syn_sent_unexpected", "< F 0:0(0)", "drop syn_sent_unexpected",
       "< P. 1:11(10) ack 1", "drop syn_sent_unexpected", "state SYN_SENT"}}});

const std::vector<Row> kCalls = table(
    to_syn_sent(),
    {{"OPEN: the connection exists",
      "RFC 9293 3.10.1: \"error: connection already exists\"",
      {"open = already_exists", "state SYN_SENT"}},
     {"SEND is queued",
      "RFC 9293 3.10.2: \"Queue the data for transmission after entering ESTABLISHED state.\"",
      {"send 10", "unacknowledged 10", "state SYN_SENT"}},
     {"RECEIVE is queued: it would block",
      "RFC 9293 3.10.3",
      {"receive 10 = would_block", "state SYN_SENT"}},
     {"CLOSE deletes the TCB without a word",
      "RFC 9293 3.10.4: \"error: connection closing\" to queued SENDs; Linux: silent",
      {"send 10", "close", "state CLOSED", "error closing", "event closed", "send 1 = closing"}},
     {"a SYN, ACK after CLOSE is answered with a RST",
      "RFC 9293 3.10.7.1; Linux",
      {"close", "< S. 0:0(0) ack 1 <mss 1000>", "drop closed_answered_rst", "> R 1:1(0) win 0",
       "state CLOSED"}},
     {"ABORT deletes the TCB without a word",
      "RFC 9293 3.10.5: \"connection reset\" to queued SENDs and RECEIVEs",
      {"send 10", "abort", "state CLOSED", "error reset", "receive 1 = reset"}},
     {"release deletes the TCB without a word",
      "RFC 9293 3.10.4",
      {"release", "connections 0", "+30s", "state CLOSED"}}});

INSTANTIATE_TEST_SUITE_P(SynSentSegments, Table, testing::ValuesIn(kSegments), row_name);
INSTANTIATE_TEST_SUITE_P(SynSentCalls, Table, testing::ValuesIn(kCalls), row_name);

}  // namespace
}  // namespace tcpstack::test
