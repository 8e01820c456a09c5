// Timestamps, RFC 7323: echoes, measurements, protection against wrapped sequence numbers, and a four-tuple that is
// used again (RFC 6191).
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

const Lines kStart = {"listen",
                      "< S 0:0(0) <mss 1000,nop,nop,TS val 100 ecr 0>",
                      "> S. 0:0(0) ack 1 <mss 1000,nop,nop,TS val 0 ecr 100>",
                      "+100ms",
                      "< . 1:1(0) ack 1 <nop,nop,TS val 200 ecr 0>",
                      "accept",
                      "rtt.srtt 100ms",
                      "state ESTABLISHED"};

const std::vector<Row> kEcho = table(
    kStart, {{"every segment has one, TSval is our clock",
              "RFC 7323 3.2",
              {"+50ms", "send 10", "> P. 1:11(10) ack 1 <nop,nop,TS val 150 ecr 200>",
               "state ESTABLISHED"}},
             {"TSecr is the newest TSval in order",
              "RFC 7323 4.3",
              {"< P. 1:11(10) ack 1 <nop,nop,TS val 300 ecr 0>",
               "> . 1:1(0) ack 11 <nop,nop,TS val 100 ecr 300>", "state ESTABLISHED"}},
             {"of several segments that one ACK covers, the first counts",
              "RFC 7323 4.3 (A): delayed ACKs",
              {"<< P. 1:11(10) ack 1 <nop,nop,TS val 300 ecr 0>",
               "< P. 11:21(10) ack 1 <nop,nop,TS val 301 ecr 0>",
               "> . 1:1(0) ack 21 <nop,nop,TS val 100 ecr 300>", "state ESTABLISHED"}},
             {"a segment beyond a hole does not count, the one that fills it does",
              "RFC 7323 4.3 (B), (C)",
              {"< P. 11:21(10) ack 1 <nop,nop,TS val 300 ecr 0>",
               "> . 1:1(0) ack 1 <nop,nop,TS val 100 ecr 200>",
               "< P. 1:11(10) ack 1 <nop,nop,TS val 310 ecr 0>",
               "> . 1:1(0) ack 21 <nop,nop,TS val 100 ecr 310>", "state ESTABLISHED"}},
             {"a RST without one is taken",
              "RFC 7323 3.2: \"if a non-<RST> segment is received without\"",
              {"< R 1:1(0)", "drop rst_taken", "state CLOSED"}},
             {"our FIN has one, our RST need not",
              "RFC 7323 3.2: \"SHOULD also be sent in a <RST>\"",
              {"close", "> F. 1:1(0) ack 1 <nop,nop,TS val 100 ecr 200>", "state FIN_WAIT_1"}}});

void requires_timestamps(Config& config) { config.tcp.accept_missing_timestamps = false; }

const std::vector<Row> kMissing = table(
    kStart, {{"a segment without one is taken, and does not change what is echoed",
              "Linux: tcp_fast_parse_options; RFC 7323 3.2 would drop it",
              {"< P. 1:11(10) ack 1", "> . 1:1(0) ack 11 <nop,nop,TS val 100 ecr 200>",
               "receive 10", "state ESTABLISHED"}},
             {"a segment without one is dropped if they are required",
              "RFC 7323 3.2: \"SHOULD silently drop the segment\"",
              {"< P. 1:11(10) ack 1", "drop timestamp_missing", "readable 0", "state ESTABLISHED"},
              requires_timestamps},
             {"the peer has restarted, and its SYN has none: challenged",
              "RFC 5961 4.2 comes before RFC 7323 3.2",
              {"< S 20000:20000(0) <mss 1000>", "drop out_of_window",
               "> . 1:1(0) ack 1 <nop,nop,TS val 100 ecr 200>", "state ESTABLISHED"},
              requires_timestamps},
             {"a SYN inside the window without one: challenged",
              "RFC 5961 4.2 comes before RFC 7323 3.2",
              {"< S 1:1(0) <mss 1000>", "drop syn_in_window",
               "> . 1:1(0) ack 1 <nop,nop,TS val 100 ecr 200>", "state ESTABLISHED"},
              requires_timestamps},
             {"an ACK of what we never sent, without one: challenged",
              "RFC 5961 5.2 comes before RFC 7323 3.2",
              {"< . 1:1(0) ack 2", "drop ack_unacceptable",
               "> . 1:1(0) ack 1 <nop,nop,TS val 100 ecr 200>", "state ESTABLISHED"},
              requires_timestamps},
             {"a segment outside of the window without one is answered",
              "RFC 9293 3.10.7.4 first comes before RFC 7323 3.2",
              {"< P. 20000:20010(10) ack 1", "drop out_of_window",
               "> . 1:1(0) ack 1 <nop,nop,TS val 100 ecr 200>", "state ESTABLISHED"},
              requires_timestamps}});

const std::vector<Row> kNotAgreed =
    table(to_established(),
          {{"a connection without them requires none",
            "RFC 7323 3.2: \"once TSopt has been successfully negotiated\"",
            {"< P. 1:11(10) ack 1", "> . 1:1(0) ack 11", "receive 10", "state ESTABLISHED"},
            requires_timestamps}});

const std::vector<Row> kMeasure = table(
    kStart,
    {{"what was retransmitted is measured by its echo: the second time",
      "RFC 7323 4, RFC 6298 3: R' = 50: SRTT 100 * 7/8 + 50/8 = 93.75 ms",
      {"send 10", "> P. 1:11(10) ack 1 <nop,nop,TS val 100 ecr 200>", "+300ms",
       "> P. 1:11(10) ack 1 <nop,nop,TS val 400 ecr 200>", "+50ms",
       "< . 1:1(0) ack 11 <nop,nop,TS val 250 ecr 400>", "rtt.srtt 93ms", "state ESTABLISHED"}},
     {"what was retransmitted is measured by its echo: the first time",
      "RFC 7323 4, RFC 6298 3: R' = 350: SRTT 100 * 7/8 + 350/8 = 131.25 ms",
      {"send 10", "> P. 1:11(10) ack 1 <nop,nop,TS val 100 ecr 200>", "+300ms",
       "> P. 1:11(10) ack 1 <nop,nop,TS val 400 ecr 200>", "+50ms",
       "< . 1:1(0) ack 11 <nop,nop,TS val 250 ecr 100>", "rtt.srtt 131ms", "state ESTABLISHED"}}});

const std::vector<Row> kPaws =
    table(kStart,
          {{"an older TSval is dropped and answered",
            "RFC 7323 5.3 R1: \"Send an acknowledgment in reply ... and drop the segment\"",
            {"< P. 1:11(10) ack 1 <nop,nop,TS val 199 ecr 0>", "drop paws",
             "> . 1:1(0) ack 1 <nop,nop,TS val 100 ecr 200>", "readable 0", "state ESTABLISHED"}},
           {"an equal one is not",
            "RFC 7323 5.3 R1: SEG.TSval < TS.Recent",
            {"< P. 1:11(10) ack 1 <nop,nop,TS val 200 ecr 0>",
             "> . 1:1(0) ack 11 <nop,nop,TS val 100 ecr 200>", "receive 10", "state ESTABLISHED"}},
           {"TSvals wrap around",
            "RFC 7323 5.3: modular 32-bit arithmetic",
            {"< P. 1:11(10) ack 1 <nop,nop,TS val 2147483847 ecr 0>",
             "> . 1:1(0) ack 11 <nop,nop,TS val 100 ecr 2147483847>",
             "< P. 11:21(10) ack 1 <nop,nop,TS val 4294967290 ecr 0>",
             "> . 1:1(0) ack 21 <nop,nop,TS val 100 ecr 4294967290>",
             "< P. 21:31(10) ack 1 <nop,nop,TS val 5 ecr 0>",
             "> . 1:1(0) ack 31 <nop,nop,TS val 100 ecr 5>",
             "< P. 31:41(10) ack 1 <nop,nop,TS val 4294967290 ecr 0>", "drop paws",
             "> . 1:1(0) ack 31 <nop,nop,TS val 100 ecr 5>", "receive 30", "state ESTABLISHED"}},
           {"a RST is not looked at",
            "RFC 7323 5.2: \"MUST NOT be subjected to the PAWS check\"",
            {"< R 1:1(0) <nop,nop,TS val 1 ecr 0>", "drop rst_taken", "state CLOSED"}},
           {"after 24 days TS.Recent is void",
            "RFC 7323 5.5",
            {"+24d", "< P. 1:11(10) ack 1 <nop,nop,TS val 1 ecr 0>",
             "> . 1:1(0) ack 11 <nop,nop,TS val 2073600100 ecr 1>", "state ESTABLISHED"}},
           {"before 24 days it is not",
            "RFC 7323 5.5",
            {"+23d", "< P. 1:11(10) ack 1 <nop,nop,TS val 1 ecr 0>", "drop paws",
             "> . 1:1(0) ack 1 <nop,nop,TS val 1987200100 ecr 200>", "state ESTABLISHED"}},
           {"a duplicate of old text with a new TSval does not move TS.Recent back",
            "RFC 7323 4.3 (2): SEG.SEQ =< Last.ACK.sent; 5.3 R3",
            {"< P. 1:11(10) ack 1 <nop,nop,TS val 300 ecr 0>",
             "> . 1:1(0) ack 11 <nop,nop,TS val 100 ecr 300>",
             "< P. 1:11(10) ack 1 <nop,nop,TS val 299 ecr 0>", "drop paws",
             "> . 1:1(0) ack 11 <nop,nop,TS val 100 ecr 300>", "state ESTABLISHED"}}});

const Lines kTimeWait = {"close", "> F. 1:1(0) ack 1 <nop,nop,TS val 100 ecr 200>",
                         "< F. 1:1(0) ack 2 <nop,nop,TS val 300 ecr 0>",
                         "> . 2:2(0) ack 2 <nop,nop,TS val 100 ecr 300>", "state TIME_WAIT"};

const std::vector<Row> kReuse =
    table(kStart + kTimeWait,
          {{"a SYN with a larger TSval begins a new connection, whatever its number",
            "RFC 6191 2",
            {"< S 4294900000:4294900000(0) <mss 1000,nop,nop,TS val 301 ecr 0>",
             "state SYN_RECEIVED", "> S. 0:0(0) ack 4294900001 <...>"}},
           {"with the same TSval the number has to be larger",
            "RFC 6191 2",
            {"< S 500:500(0) <mss 1000,nop,nop,TS val 300 ecr 0>", "state SYN_RECEIVED",
             "> S. 0:0(0) ack 501 <...>"}},
           {"with a smaller TSval it is an old duplicate",
            "RFC 6191 2, RFC 7323 5.3 R1",
            {"< S 500:500(0) <mss 1000,nop,nop,TS val 299 ecr 0>", "drop paws",
             "> . 2:2(0) ack 2 <nop,nop,TS val 100 ecr 300>", "state TIME_WAIT"}},
           {"without a timestamp the number has to be larger",
            "RFC 6191 2",
            {"< S 500:500(0) <mss 1000>", "state SYN_RECEIVED", "> S. 0:0(0) ack 501 <...>"}}});

const std::vector<Row> kReuseAfterWrap =
    table({"listen", "< S 0:0(0) <mss 1000,nop,nop,TS val 4294967200 ecr 0>",
           "> S. 0:0(0) ack 1 <mss 1000,nop,nop,TS val 0 ecr 4294967200>", "+100ms",
           "< . 1:1(0) ack 1 <nop,nop,TS val 4294967290 ecr 0>", "accept", "close",
           "> F. 1:1(0) ack 1 <nop,nop,TS val 100 ecr 4294967290>",
           "< F. 1:1(0) ack 2 <nop,nop,TS val 4294967295 ecr 0>",
           "> . 2:2(0) ack 2 <nop,nop,TS val 100 ecr 4294967295>", "state TIME_WAIT"},
          {{"timestamps are compared on the circle",
            "RFC 6191 2, RFC 7323 5.3",
            {"< S 4294900000:4294900000(0) <mss 1000,nop,nop,TS val 5 ecr 0>", "state SYN_RECEIVED",
             "> S. 0:0(0) ack 4294900001 <...>"}}});

void without_timestamps(Config& config) { config.tcp.timestamps = false; }

const std::vector<Row> kReuseWithout =
    table(to_time_wait(), {{"a stack that uses no timestamps goes by the number",
                            "RFC 6191 2; MAY-2",
                            {"< S 4294900000:4294900000(0) <mss 1000,nop,nop,TS val 301 ecr 0>",
                             "drop out_of_window", "> . 2:2(0) ack 2", "state TIME_WAIT"},
                            without_timestamps}});

INSTANTIATE_TEST_SUITE_P(TimestampsEcho, Table, testing::ValuesIn(kEcho), row_name);
INSTANTIATE_TEST_SUITE_P(TimestampsMissing, Table, testing::ValuesIn(kMissing), row_name);
INSTANTIATE_TEST_SUITE_P(TimestampsNotAgreed, Table, testing::ValuesIn(kNotAgreed), row_name);
INSTANTIATE_TEST_SUITE_P(TimestampsMeasure, Table, testing::ValuesIn(kMeasure), row_name);
INSTANTIATE_TEST_SUITE_P(TimestampsPaws, Table, testing::ValuesIn(kPaws), row_name);
INSTANTIATE_TEST_SUITE_P(TimestampsReuse, Table, testing::ValuesIn(kReuse), row_name);
INSTANTIATE_TEST_SUITE_P(TimestampsReuseAfterWrap, Table, testing::ValuesIn(kReuseAfterWrap),
                         row_name);
INSTANTIATE_TEST_SUITE_P(TimestampsReuseWithout, Table, testing::ValuesIn(kReuseWithout), row_name);

}  // namespace
}  // namespace tcpstack::test
