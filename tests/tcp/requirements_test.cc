// Requirements of RFC 9293 Appendix B that no step of 3.10.7 owns: options, closing, failures, keep-alives, what
// calls may do. The tables of the states have the others; docs/rfc-map.md has all of them.
#include <chrono>

#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

void no_options(Config& config) {
  config.tcp.timestamps = false;
  config.tcp.sack = false;
  config.tcp.window_scaling = false;
}

// As the device has it: MTU less 40.
void mss_of_the_device(Config& config) {
  no_options(config);
  config.tcp.mss = 0;
}

void small_device(Config& config) {
  mss_of_the_device(config);
  config.ip.mtu = 576;
}

// A connection whose peer sends this SYN.
Lines after(const std::string& syn) {
  return {"listen", "< " + syn, "> S. 0:0(0) ack 1 <...>", "< . 1:1(0) ack 1", "accept"};
}

const std::vector<Row> kHeader = table(
    {},
    {{"a window of more than 15 bits is not negative", "RFC 9293 3.1 MUST-1",
      to_established() + Lines{"< . 1:1(0) ack 1 win 65535", "snd.wnd 65535", "send 1500",
                               "> . 1:1001(1000) ack 1", "> P. 1001:1501(500) ack 1",
                               "state ESTABLISHED"}},
     {"a window of more than 16 bits", "RFC 9293 3.1 REC-1, RFC 7323 2.3",
      after("S 0:0(0) <mss 1000,nop,wscale 7>") +
          Lines{"< . 1:1(0) ack 1 win 65535", "snd.wnd 8388480", "state ESTABLISHED"}},
     {"an option may come in any segment", "RFC 9293 3.1 MUST-5",
      to_established() + Lines{"< P. 1:11(10) ack 1 <mss 400>", "> . 1:1(0) ack 11", "receive 10",
                               "send 1000", "> P. 1:1001(1000) ack 11", "state ESTABLISHED"}},
     {"only a SYN carries an MSS", "RFC 9293 3.2 MUST-65",
      to_established() + Lines{"send 10", "> P. 1:11(10) ack 1", "< P. 1:11(10) ack 11",
                               "> . 11:11(0) ack 11", "close", "> F. 11:11(0) ack 11",
                               "state FIN_WAIT_1"}}});

const std::vector<Row> kSegmentSize = table(
    {},
    {{"the peer's MSS is the most that it is sent", "RFC 9293 3.7.1 MUST-14, 3.9.1.2 SHLD-28",
      after("S 0:0(0) <mss 400>") + Lines{"send 800", "> . 1:401(400) ack 1",
                                          "> P. 401:801(400) ack 1", "state ESTABLISHED"}},
     {"without one it is 536", "RFC 9293 3.7.1 MUST-15",
      after("S 0:0(0)") + Lines{"send 1072", "> . 1:537(536) ack 1", "> P. 537:1073(536) ack 1",
                                "state ESTABLISHED"}},
     {"our own MTU limits what a peer with a larger one is sent", "RFC 9293 3.7.1 MUST-16",
      after("S 0:0(0) <mss 8960>") + Lines{"send 2920", "> . 1:1461(1460) ack 1",
                                           "> P. 1461:2921(1460) ack 1", "state ESTABLISHED"}},
     {"options take their room from the text",
      "RFC 9293 3.7.1 MUST-16: Eff.snd.MSS less TCPhdrsize",
      {"listen", "< S 0:0(0) <mss 1460,sackOK,TS val 1 ecr 0>", "> S. 0:0(0) ack 1 <...>",
       "< . 1:1(0) ack 1 <nop,nop,TS val 1 ecr 0>", "accept", "send 2896",
       "> . 1:1449(1448) ack 1 <...>", "> P. 1449:2897(1448) ack 1 <...>", "state ESTABLISHED"}},
     {"we announce what the device takes",
      "RFC 9293 3.7.1 MUST-67, MUST-14, SHLD-5: MTU less 40",
      {"open", "> S 0:0(0) <mss 1460>", "state SYN_SENT"},
      mss_of_the_device},
     {"we announce it even where it is the default",
      "RFC 9293 3.7.1 MAY-3, MUST-67",
      {"open", "> S 0:0(0) <mss 536>", "state SYN_SENT"},
      small_device},
     {"SYN, ACK announces it too",
      "RFC 9293 3.7.1 SHLD-5, MAY-3",
      {"listen", "< S 0:0(0) <mss 1000>", "> S. 0:0(0) ack 1 <mss 536>", "state SYN_RECEIVED"},
      small_device}});

const std::vector<Row> kSending = table(
    to_established(),
    {{"small text does not wait for ever, and is pushed",
      "RFC 9293 3.9.1.2 MUST-60, MUST-61",
      {"send 1", "> P. 1:2(1) ack 1", "send 1", "< . 1:1(0) ack 2", "> P. 2:3(1) ack 1",
       "state ESTABLISHED"}},
     {"PSH is on the last of what is queued, not before",
      "RFC 9293 3.9.1.2 MUST-61",
      {"send 2500", "> . 1:1001(1000) ack 1", "> . 1001:2001(1000) ack 1",
       "> P. 2001:2501(500) ack 1", "state ESTABLISHED"}},
     {"SENDs are gathered into segments as large as possible",
      "RFC 9293 3.9.1.2 SHLD-27, SHLD-28",
      {"send 10", "> P. 1:11(10) ack 1", "send 400", "send 400", "send 400",
       "> . 11:1011(1000) ack 1", "< . 1:1(0) ack 1011", "> P. 1011:1211(200) ack 1",
       "state ESTABLISHED"}},
     {"one acknowledgment for all that has arrived",
      "RFC 9293 3.10.7.4 MUST-58, MUST-59",
      {"<< . 1:1001(1000) ack 1", "<< . 1001:2001(1000) ack 1", "< . 2001:3001(1000) ack 1",
       "> . 1:1(0) ack 3001", "state ESTABLISHED"}},
     {"a segment out of order is acknowledged",
      "RFC 9293 3.10.7.4 MAY-13",
      {"< . 101:201(100) ack 1", "> . 1:1(0) ack 1", "< . 201:301(100) ack 1", "> . 1:1(0) ack 1",
       "state ESTABLISHED"}},
     {"a closed window stays closed for as long as nobody reads",
      "RFC 9293 3.8.6.1 MAY-8",
      {"< . 1:10001(10000) ack 1", "> . 1:1(0) ack 10001 win 0", "+1d", "< . 10001:10002(1) ack 1",
       "drop text_no_room", "> . 1:1(0) ack 10001 win 0", "state ESTABLISHED"}},
     {"old text is sent again as far as a window that has shrunk reaches, new text is not",
      "RFC 9293 3.8.6 SHLD-15, SHLD-16",
      {"send 2000", "> . 1:1001(1000) ack 1", "> P. 1001:2001(1000) ack 1",
       "< . 1:1(0) ack 1 win 500", "send 1000", "+200ms", "> . 1:501(500) ack 1",
       "< . 1:1(0) ack 501 win 1500", "> . 501:1001(500) ack 1", "> P. 1001:2001(1000) ack 1",
       "state ESTABLISHED"}}});

// A window that shrinks to zero over text in flight: the text is the probe.
const std::vector<Row> kShrunkToZero =
    table(to_established() + Lines{"send 10", "> P. 1:11(10) ack 1", "< . 1:1(0) ack 1 win 0"},
          {{"it is probed for as long as the peer answers",
            "RFC 9293 3.8.6 MUST-35, 3.8.6.1 MUST-37",
            {"+200ms", "> P. 1:11(10) ack 1", "< . 1:1(0) ack 1 win 0", "+400ms",
             "> P. 1:11(10) ack 1", "< . 1:1(0) ack 1 win 0", "+800ms", "> P. 1:11(10) ack 1",
             "< . 1:1(0) ack 1 win 0", "+1600ms", "> P. 1:11(10) ack 1",
             "< . 1:1(0) ack 11 win 10000", "send 10", "> P. 11:21(10) ack 1", "state ESTABLISHED"},
            [](Config& config) { config.tcp.retries_r2 = 2; }}});

// The pointer is an offset from SEG.SEQ on the wire, also if only a part of the segment is new.
const std::vector<Row> kUrgent = table(
    {}, {{"the urgent pointer of a segment whose beginning is known", "RFC 9293 3.1, 3.8.5 MUST-31",
          to_established() + Lines{"< P. 1:11(10) ack 1", "> . 1:1(0) ack 11",
                                   "< PU. 6:21(15) ack 1 urg 10", "> . 1:1(0) ack 21", "rcv.up 16",
                                   "state ESTABLISHED"}},
         {"the urgent pointer of a SYN, ACK", "RFC 9293 3.1, 3.10.7.3 fourth",
          to_syn_sent() + Lines{"< SU. 0:10(10) ack 1 urg 5 <mss 1000>", "> . 1:1(0) ack 11",
                                "rcv.up 5", "state ESTABLISHED"}}});

const std::vector<Row> kClosing = table(
    to_established(),
    {{"a RST may carry text",
      "RFC 9293 3.5.3 SHLD-2",
      {"< R 1:11(10)", "drop rst_taken", "readable 0", "state CLOSED", "error reset"}},
     {"the user is told of an end in good order",
      "RFC 9293 3.6 MUST-12",
      {"< F. 1:1(0) ack 1", "> . 1:1(0) ack 2", "event readable", "receive 1 = 0", "error none",
       "close", "> F. 1:1(0) ack 2", "< . 2:2(0) ack 2", "state CLOSED", "error none"}},
     {"a RST shows that text was lost that nobody had read",
      "RFC 9293 3.6.1 MAY-1, SHLD-3",
      {"< P. 1:11(10) ack 1", "> . 1:1(0) ack 11", "release", "> R. 1:1(0) ack 11 win 0",
       "state CLOSED"}}});

const Lines kTimestampsInTimeWait = {"listen",
                                     "< S 0:0(0) <mss 1000,sackOK,TS val 100 ecr 0>",
                                     "> S. 0:0(0) ack 1 <...>",
                                     "< . 1:1(0) ack 1 <nop,nop,TS val 101 ecr 0>",
                                     "accept",
                                     "close",
                                     "> F. 1:1(0) ack 1 <...>",
                                     "< F. 1:1(0) ack 2 <nop,nop,TS val 102 ecr 0>",
                                     "> . 2:2(0) ack 2 <...>",
                                     "state TIME_WAIT"};

const std::vector<Row> kTimeWait =
    table(kTimestampsInTimeWait,
          {{"a SYN with a newer timestamp begins a new connection, whatever its number",
            "RFC 9293 3.6.1 SHLD-4, MAY-2; RFC 6191 2",
            {"< S 0:0(0) <mss 1000,sackOK,TS val 103 ecr 0>", "> S. 0:0(0) ack 1 <...>",
             "state SYN_RECEIVED"}},
           {"a SYN with an older one does not",
            "RFC 9293 3.6.1 SHLD-4; RFC 6191 2",
            {"< S 500:500(0) <mss 1000,sackOK,TS val 99 ecr 0>", "drop paws",
             "> . 2:2(0) ack 2 <...>", "state TIME_WAIT"}}});

const std::vector<Row> kPassiveOpen = table(
    {}, {{"a passive OPEN beside a connection in SYN_SENT", "RFC 9293 3.9.1.1 MUST-41, MUST-42",
          to_syn_sent() + Lines{"listen", "< S. 0:0(0) ack 1 <mss 1000>", "> . 1:1(0) ack 1",
                                "state ESTABLISHED"}},
         {"a passive OPEN beside a connection in SYN_RECEIVED", "RFC 9293 3.9.1.1 MUST-41, MUST-42",
          to_active_syn_received() + Lines{"listen", "< . 1:1(0) ack 1", "state ESTABLISHED"}}});

INSTANTIATE_TEST_SUITE_P(RequirementsHeader, Table, testing::ValuesIn(kHeader), row_name);
INSTANTIATE_TEST_SUITE_P(RequirementsSegmentSize, Table, testing::ValuesIn(kSegmentSize), row_name);
INSTANTIATE_TEST_SUITE_P(RequirementsSending, Table, testing::ValuesIn(kSending), row_name);
INSTANTIATE_TEST_SUITE_P(RequirementsShrunk, Table, testing::ValuesIn(kShrunkToZero), row_name);
INSTANTIATE_TEST_SUITE_P(RequirementsUrgent, Table, testing::ValuesIn(kUrgent), row_name);
INSTANTIATE_TEST_SUITE_P(RequirementsClosing, Table, testing::ValuesIn(kClosing), row_name);
INSTANTIATE_TEST_SUITE_P(RequirementsTimeWait, Table, testing::ValuesIn(kTimeWait), row_name);
INSTANTIATE_TEST_SUITE_P(RequirementsPassiveOpen, Table, testing::ValuesIn(kPassiveOpen), row_name);

}  // namespace
}  // namespace tcpstack::test
