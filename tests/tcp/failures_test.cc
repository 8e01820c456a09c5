// Connection failures, keep-alives and the window of congestion control: RFC 9293 3.8.2 to 3.8.4.
#include <chrono>

#include "stack/tcp/congestion/congestion.h"
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Lines kSent = {"send 10", "> P. 1:11(10) ack 1"};

const std::vector<Row> kFailures =
    table(to_established() + kSent,
          {{"the timeout doubles",
            "RFC 9293 3.8.2 MUST-19, RFC 6298 5.5",
            {"+199ms", "+1ms", "> P. 1:11(10) ack 1", "+399ms", "+1ms", "> P. 1:11(10) ack 1",
             "+799ms", "+1ms", "> P. 1:11(10) ack 1", "state ESTABLISHED"}},
           {"after R2 the connection is closed and the user is told",
            "RFC 9293 3.8.3 MUST-20",
            {"+200ms", "> P. 1:11(10) ack 1", "+400ms", "> P. 1:11(10) ack 1", "+799ms",
             "state ESTABLISHED", "+1ms", "state CLOSED", "error aborted", "event closed"},
            [](Config& config) { config.tcp.retries_r2 = 2; }},
           {"after R2 the peer may be told",
            "RFC 9293 3.8.3 MUST-20, Windows",
            {"+200ms", "> P. 1:11(10) ack 1", "+400ms", "> R. 11:11(0) ack 1 win 0", "state CLOSED",
             "error aborted"},
            [](Config& config) {
              config.tcp.retries_r2 = 1;
              config.tcp.reset_when_given_up = true;
            }},
           {"R2 is more than 100 s by default",
            "RFC 9293 3.8.3 SHLD-11",
            {"+200ms",   "> P. 1:11(10) ack 1", "+400ms",   "> P. 1:11(10) ack 1",
             "+800ms",   "> P. 1:11(10) ack 1", "+1600ms",  "> P. 1:11(10) ack 1",
             "+3200ms",  "> P. 1:11(10) ack 1", "+6400ms",  "> P. 1:11(10) ack 1",
             "+12800ms", "> P. 1:11(10) ack 1", "+25600ms", "> P. 1:11(10) ack 1",
             "+51200ms", "> P. 1:11(10) ack 1", "+1s",      "state ESTABLISHED"}},
           {"R2 as the user's timeout: less than the default",
            "RFC 9293 3.8.3 MUST-21, 3.10.8",
            {"+200ms", "> P. 1:11(10) ack 1", "+299ms", "state ESTABLISHED", "+1ms", "state CLOSED",
             "error aborted"},
            [](Config& config) { config.tcp.user_timeout = milliseconds(500); }},
           {"R2 as the user's timeout: more than the default",
            "RFC 9293 3.8.3 MUST-21",
            {"+200ms", "> P. 1:11(10) ack 1", "+400ms", "> P. 1:11(10) ack 1", "+800ms",
             "> P. 1:11(10) ack 1", "+1600ms", "> P. 1:11(10) ack 1", "state ESTABLISHED"},
            [](Config& config) {
              config.tcp.retries_r2 = 1;
              config.tcp.user_timeout = seconds(60);
            }}});

const std::vector<Row> kSyn =
    table(to_syn_sent(),
          {{"a SYN is sent again, then given up, and the user is told",
            "RFC 9293 3.8.3 MUST-22",
            {"+1s", "> S 0:0(0) <...>", "+2s", "state CLOSED", "error aborted", "event closed",
             "send 1 = aborted"},
            [](Config& config) { config.tcp.syn_retries = 1; }},
           {"a peer that has not answered a SYN gets no RST",
            "RFC 9293 3.10.5: in SYN-SENT nothing is sent",
            {"+1s", "> S 0:0(0) <...>", "+2s", "state CLOSED", "error aborted"},
            [](Config& config) {
              config.tcp.syn_retries = 1;
              config.tcp.reset_when_given_up = true;
            }},
           {"a SYN's timeouts may double from the first on",
            "RFC 6298 5.5",
            {"+1s", "> S 0:0(0) <...>", "+2s", "> S 0:0(0) <...>", "+4s", "> S 0:0(0) <...>"},
            [](Config& config) { config.tcp.syn_linear_timeouts = 0; }}});

void keep_alive(Config& config) { config.tcp.keepalive = true; }

const std::string kProbe = "> . 0:0(0) ack 1";

const std::vector<Row> kKeepAlive =
    table(to_established(),
          {{"off by default", "RFC 9293 3.8.4 MUST-25", {"+30d", "state ESTABLISHED"}},
           {"after two hours a probe without text, left of the window",
            "RFC 9293 3.8.4 MAY-5, MUST-28, SHLD-12: SEG.SEQ = SND.NXT-1",
            {"+7199999ms", "+1ms", kProbe, "< . 1:1(0) ack 1", "+7199999ms", "+1ms", kProbe,
             "state ESTABLISHED"},
            keep_alive},
           {"the interval can be configured",
            "RFC 9293 3.8.4 MUST-27",
            {"+9999ms", "+1ms", kProbe, "state ESTABLISHED"},
            [](Config& config) {
              config.tcp.keepalive = true;
              config.tcp.keepalive_idle = seconds(10);
            }},
           {"whatever arrives puts it off",
            "RFC 9293 3.8.4 MUST-26: no data or acknowledgment received within the interval",
            {"+7000s", "< P. 1:11(10) ack 1", "> . 1:1(0) ack 11", "+7199999ms", "+1ms",
             "> . 0:0(0) ack 11", "state ESTABLISHED"},
            keep_alive},
           {"none while text is outstanding",
            "RFC 9293 3.8.4 MUST-26: only when no sent data is outstanding",
            {"+50ms", "send 10", "> P. 1:11(10) ack 1", "+150ms", "< . 1:1(0) ack 11", "+99ms",
             "+1ms", "> . 10:10(0) ack 1", "state ESTABLISHED"},
            [](Config& config) {
              config.tcp.keepalive = true;
              config.tcp.keepalive_idle = milliseconds(100);
            }},
           {"a probe that is not answered is followed by another",
            "RFC 9293 3.8.4 MUST-29",
            {"+7200s", kProbe, "+75s", kProbe, "+75s", kProbe, "< . 1:1(0) ack 1", "+3600s",
             "state ESTABLISHED"},
            keep_alive},
           {"nine that are not answered end it",
            "RFC 9293 3.8.4; Linux: tcp_keepalive_probes",
            {"+7200s",       kProbe,
             "+75s",         kProbe,
             "+75s",         kProbe,
             "+75s",         kProbe,
             "+75s",         kProbe,
             "+75s",         kProbe,
             "+75s",         kProbe,
             "+75s",         kProbe,
             "+75s",         kProbe,
             "+74999ms",     "state ESTABLISHED",
             "+1ms",         "> R. 1:1(0) ack 1 win 0",
             "state CLOSED", "error aborted"},
            keep_alive}});

void reno_from_two(Config& config) {
  config.tcp.congestion = "reno";
  config.tcp.initial_window = 2;
}

const std::vector<Row> kCongestion = table(
    to_established() + Lines{"send 20000", "> . 1:1001(1000) ack 1", "> . 1001:2001(1000) ack 1"},
    {{"slow start: each acknowledged segment brings two",
      "RFC 9293 3.8.2 MUST-19, RFC 5681 3.1 (2)",
      {"< . 1:1(0) ack 1001", "> . 2001:3001(1000) ack 1", "> . 3001:4001(1000) ack 1",
       "< . 1:1(0) ack 2001", "> . 4001:5001(1000) ack 1", "> . 5001:6001(1000) ack 1",
       "state ESTABLISHED"},
      reno_from_two},
     {"congestion avoidance: after a loss one more for each round",
      "RFC 9293 3.8.2 MUST-19, RFC 5681 3.1 (3): ssthresh is two segments here; RFC 5682 2.1 (2.b) "
      "sends new text first",
      {"+200ms", "> . 1:1001(1000) ack 1", "< . 1:1(0) ack 1001", "> . 2001:3001(1000) ack 1",
       "> . 3001:4001(1000) ack 1", "< . 1:1(0) ack 1001", "> . 1001:2001(1000) ack 1",
       "< . 1:1(0) ack 4001", "> . 4001:5001(1000) ack 1", "> . 5001:6001(1000) ack 1",
       "> . 6001:7001(1000) ack 1", "state ESTABLISHED"},
      reno_from_two}});

// MAY-18
TEST(Congestion, is_chosen_by_name) {
  for (const auto& [name, make] : tcp::congestion_algorithms()) {
    tcp::CongestionSlot slot;
    slot.choose(name);
    EXPECT_STREQ(slot->name(), name);
  }
  EXPECT_EQ(tcp::find_congestion_algorithm("vegas"), nullptr);
}

// SHLD-10
TEST(Failures, have_an_r1_of_three_retransmissions) { EXPECT_GE(TcpConfig{}.retries_r1, 3U); }

INSTANTIATE_TEST_SUITE_P(Failures, Table, testing::ValuesIn(kFailures), row_name);
INSTANTIATE_TEST_SUITE_P(FailuresSyn, Table, testing::ValuesIn(kSyn), row_name);
INSTANTIATE_TEST_SUITE_P(KeepAlive, Table, testing::ValuesIn(kKeepAlive), row_name);
INSTANTIATE_TEST_SUITE_P(Congestion, Table, testing::ValuesIn(kCongestion), row_name);

}  // namespace
}  // namespace tcpstack::test
