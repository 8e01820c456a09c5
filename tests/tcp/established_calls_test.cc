// ESTABLISHED: the user's calls, RFC 9293 3.10.1 to 3.10.6.
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

const std::vector<Row> kCalls = table(
    to_established(),
    {{"OPEN: the connection exists",
      "RFC 9293 3.10.1: \"error: connection already exists\"",
      {"open = already_exists", "state ESTABLISHED"}},
     {"SEND goes out with the acknowledgment",
      "RFC 9293 3.10.2: \"piggybacked acknowledgment\"",
      {"send 10", "> P. 1:11(10) ack 1", "unacknowledged 10", "state ESTABLISHED"}},
     {"SEND is cut into segments, the last one pushed",
      "RFC 9293 3.10.2 \"Segmentize the buffer\", 3.9.1.2 MUST-60",
      {"send 2000", "> . 1:1001(1000) ack 1", "> P. 1001:2001(1000) ack 1", "state ESTABLISHED"}},
     {"RECEIVE without text would block",
      "RFC 9293 3.10.3: \"queue the request\"",
      {"receive 10 = would_block", "state ESTABLISHED"}},
     {"RECEIVE takes as much as fits",
      "RFC 9293 3.10.3",
      {"< P. 1:21(20) ack 1", "> . 1:1(0) ack 21", "event readable", "receive 15", "receive 15 = 5",
       "receive 15 = would_block", "state ESTABLISHED"}},
     {"CLOSE sends a FIN",
      "RFC 9293 3.10.4: \"form a FIN segment and send it ... enter FIN-WAIT-1 state\"",
      {"close", "> F. 1:1(0) ack 1", "state FIN_WAIT_1"}},
     {"CLOSE queues the FIN behind the text",
      "RFC 9293 3.10.4: \"Queue this until all preceding SENDs have been segmentized\"",
      {"send 10", "> P. 1:11(10) ack 1", "send 500", "close", "> FP. 11:511(500) ack 1",
       "state FIN_WAIT_1"}},
     {"the FIN waits for text that the window holds back",
      "RFC 9293 3.10.4: \"In any case, enter FIN-WAIT-1 state.\"",
      {"< . 1:1(0) ack 1 win 1000", "send 1500", "> . 1:1001(1000) ack 1", "close",
       "state FIN_WAIT_1", "< . 1:1(0) ack 1001 win 1000", "> FP. 1001:1501(500) ack 1",
       "state FIN_WAIT_1"}},
     {"a FIN waits for its place in the window",
      "RFC 9293 3.10.4, 3.4: it has a sequence number; Linux: held back as well",
      {"< . 1:1(0) ack 1 win 1000", "send 1000", "> P. 1:1001(1000) ack 1", "close",
       "state FIN_WAIT_1", "< . 1:1(0) ack 1001 win 1000", "> F. 1001:1001(0) ack 1",
       "state FIN_WAIT_1"}},
     {"ABORT sends a RST and flushes",
      "RFC 9293 3.10.5: <SEQ=SND.NXT><CTL=RST>; Linux: with ACK",
      {"send 10", "> P. 1:11(10) ack 1", "send 500", "abort", "> R. 11:11(0) ack 1 win 0",
       "state CLOSED", "error reset", "event closed", "send 1 = reset", "receive 1 = 0", "+30s",
       "state CLOSED"}},
     {"ABORT flushes what the user has not read, too",
      "RFC 9293 3.10.5: the user has said so itself",
      {"< P. 1:11(10) ack 1", "> . 1:1(0) ack 11", "abort", "> R. 1:1(0) ack 11 win 0",
       "receive 10 = reset", "receive 10 = 0", "state CLOSED"}},
     {"release with nothing unread closes",
      "RFC 9293 3.10.4",
      {"release", "> F. 1:1(0) ack 1", "state FIN_WAIT_1", "< F. 1:1(0) ack 2", "> . 2:2(0) ack 2",
       "state TIME_WAIT", "connections 1", "+60s", "connections 0", "state CLOSED"}},
     {"release with text unread resets",
      "RFC 9293 3.6.1 SHLD-3, RFC 1122 4.2.2.13: data was lost",
      {"< P. 1:11(10) ack 1", "> . 1:1(0) ack 11", "release", "> R. 1:1(0) ack 11 win 0",
       "connections 0", "state CLOSED"}},
     {"text after release resets",
      "RFC 9293 3.6.1 SHLD-3, RFC 1122 4.2.2.13",
      {"release", "> F. 1:1(0) ack 1", "< P. 1:11(10) ack 2", "drop text_after_close",
       "> R 2:2(0) win 0", "connections 0", "state CLOSED"}},
     {"STATUS",
      "RFC 9293 3.10.6",
      {"error none", "readable 0", "unacknowledged 0", "at_end no", "state ESTABLISHED"}}});

const std::vector<Row> kActiveOpen =
    table(to_active_established(), {{"an active connection is like a passive one",
                                     "RFC 9293 3.10.2, 3.10.3",
                                     {"send 10", "> P. 1:11(10) ack 1", "< P. 1:11(10) ack 11",
                                      "> . 11:11(0) ack 11", "receive 10", "state ESTABLISHED"}},
                                    {"the SYN, ACK again is answered with an ACK",
                                     "RFC 9293 3.10.7.4 first: ours was lost",
                                     {"< S. 0:0(0) ack 1 <mss 1000>", "drop out_of_window",
                                      "> . 1:1(0) ack 1", "state ESTABLISHED"}}});

INSTANTIATE_TEST_SUITE_P(EstablishedCalls, Table, testing::ValuesIn(kCalls), row_name);
INSTANTIATE_TEST_SUITE_P(EstablishedActive, Table, testing::ValuesIn(kActiveOpen), row_name);

}  // namespace
}  // namespace tcpstack::test
