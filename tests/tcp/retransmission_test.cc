// The retransmission timeout: RFC 6298, RFC 9293 3.8.1 and 3.8.3, 3.10.8. Only the oldest segment matters here;
// tests/sim and tests/drill show what loss recovery does about the others.
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

// Alternates waiting and the segment that has to come exactly then.
Lines ladder(const std::vector<int>& waits_in_ms, const std::string& segment) {
  Lines lines;
  for (const int wait : waits_in_ms) {
    lines.push_back("+" + std::to_string(wait - 1) + "ms");
    lines.push_back("+1ms");
    lines.push_back("> " + segment);
  }
  return lines;
}

// Linux: tcp_syn_linear_timeouts 4, tcp_syn_retries 6. (RFC 9293 3.8.3 MUST-23 wants three minutes.)
const std::vector<int> kSynWaits = {1000, 1000, 1000, 1000, 1000, 2000, 4000, 8000, 16000, 32000};

void without_options(Config& config) {
  config.tcp.timestamps = false;
  config.tcp.sack = false;
  config.tcp.window_scaling = false;
}

const std::vector<Row> kSyn = table(
    {},
    {{"SYN: the ladder, then the user is told",
      "RFC 9293 3.8.3 MUST-23; Linux: 1, 1, 1, 1, 1, then 2, 4 ... s",
      Lines{"open", "> S 0:0(0) win 10000 <mss 1000>"} + ladder(kSynWaits, "S 0:0(0) <mss 1000>") +
          Lines{"+63999ms", "state SYN_SENT", "+1ms", "state CLOSED", "error aborted",
                "event closed"},
      without_options},
     {"SYN, ACK: the ladder, then it is gone", "RFC 9293 3.8.1; Linux: 1, 2, 4, 8 ... s, 5 retries",
      to_syn_received() + ladder({1000, 2000, 4000, 8000, 16000}, "S. 0:0(0) ack 1 <mss 1000>") +
          Lines{"+31999ms", "state SYN_RECEIVED", "+1ms", "state CLOSED", "connections 0"}},
     {"a SYN that was repeated is not measured, RTO 3 s",
      "RFC 6298 3 (Karn), 5.7: \"the RTO MUST be re-initialized to 3 seconds\"",
      Lines{"open", "> S 0:0(0) <mss 1000>", "+1s", "> S 0:0(0) <mss 1000>",
            "< S. 0:0(0) ack 1 <mss 1000>", "> . 1:1(0) ack 1", "rtt.srtt 0ms", "send 10",
            "> P. 1:11(10) ack 1"} +
          ladder({3000}, "P. 1:11(10) ack 1") + Lines{"state ESTABLISHED"},
      without_options}});

// The handshake takes 100 ms: SRTT 100 ms, RTTVAR 50 ms, RTO 100 + max(200, 4 * 50) = 300 ms.
const Lines kRtt100 = to_syn_received() + Lines{"+100ms", "< . 1:1(0) ack 1", "accept",
                                                "rtt.srtt 100ms", "state ESTABLISHED"};

const std::vector<Row> kRto = table(
    kRtt100,
    {{"the first RTO", "RFC 6298 2.2; Linux: an RTT of 100 ms gives 300 ms",
      Lines{"send 10", "> P. 1:11(10) ack 1"} + ladder({300}, "P. 1:11(10) ack 1") +
          Lines{"state ESTABLISHED"}},
     {"it doubles each time, up to 120 s", "RFC 6298 5.5; Linux: 120 s at most",
      Lines{"send 10", "> P. 1:11(10) ack 1"} +
          ladder({300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 76800, 120000, 120000},
                 "P. 1:11(10) ack 1") +
          Lines{"state ESTABLISHED"}},
     {"R2: the connection is given up",
      "RFC 9293 3.8.3 MUST-20: \"close the connection\"; Linux: 15 retries",
      Lines{"send 10", "> P. 1:11(10) ack 1"} +
          ladder({300, 600, 1200, 2400, 4800, 9600, 19200, 38400, 76800, 120000, 120000, 120000,
                  120000, 120000, 120000},
                 "P. 1:11(10) ack 1") +
          Lines{"+119999ms", "state ESTABLISHED", "+1ms", "state CLOSED", "error aborted",
                "send 1 = aborted"}},
     {"only the oldest segment is sent again",
      "RFC 6298 5.4: \"the earliest segment that has not been acknowledged\"",
      Lines{"send 2500", "> . 1:1001(1000) ack 1", "> . 1001:2001(1000) ack 1",
            "> P. 2001:2501(500) ack 1"} +
          Lines{"+300ms", "> . 1:1001(1000) ack 1", "state ESTABLISHED"}},
     {"an ACK restarts the timer",
      "RFC 6298 5.3",
      {"send 2000", "> . 1:1001(1000) ack 1", "> P. 1001:2001(1000) ack 1", "+100ms",
       "< . 1:1(0) ack 1001", "+299ms", "state ESTABLISHED", "+1ms", "> P. 1001:2001(1000) ack 1",
       "state ESTABLISHED"}},
     {"a duplicate ACK does not",
      "RFC 6298 5.3: \"an ACK that acknowledges new data\"",
      {"send 10", "> P. 1:11(10) ack 1", "+200ms", "< . 1:1(0) ack 1", "+99ms", "+1ms",
       "> P. 1:11(10) ack 1", "state ESTABLISHED"}},
     {"all is acknowledged: no timer",
      "RFC 6298 5.2",
      {"send 10", "> P. 1:11(10) ack 1", "+100ms", "< . 1:1(0) ack 11", "+7d",
       "state ESTABLISHED"}},
     {"a steady path: RTTVAR shrinks",
      "RFC 6298 2.3: RTTVAR 37.5 ms, SRTT 100 ms; Linux: RTO 300 ms",
      Lines{"send 10", "> P. 1:11(10) ack 1", "+100ms", "< . 1:1(0) ack 11", "rtt.srtt 100ms",
            "send 10", "> P. 11:21(10) ack 1"} +
          ladder({300}, "P. 11:21(10) ack 1") + Lines{"state ESTABLISHED"}},
     {"a slower ACK: SRTT and RTTVAR grow",
      "RFC 6298 2.3: R' 260: RTTVAR 37.5+40 = 77.5, SRTT 87.5+32.5 = 120, RTO 430 ms",
      Lines{"send 10", "> P. 1:11(10) ack 1", "+260ms", "< . 1:1(0) ack 11", "rtt.srtt 120ms",
            "send 10", "> P. 11:21(10) ack 1"} +
          ladder({430}, "P. 11:21(10) ack 1") + Lines{"state ESTABLISHED"}},
     {"what was retransmitted is not measured",
      "RFC 6298 3, Karn's algorithm, MUST-18",
      {"send 10", "> P. 1:11(10) ack 1", "+300ms", "> P. 1:11(10) ack 1", "+50ms",
       "< . 1:1(0) ack 11", "rtt.srtt 100ms", "state ESTABLISHED"}},
     {"retransmitted text carries today's ACK and window",
      "RFC 9293 3.8.1",
      {"send 10", "> P. 1:11(10) ack 1", "+100ms", "< P. 1:11(10) ack 1", "> . 11:11(0) ack 11",
       "+200ms", "> P. 1:11(10) ack 11 win 9990", "state ESTABLISHED"}},
     {"a part that is acknowledged is not sent again",
      "RFC 9293 3.10.7.4 fifth",
      {"send 1000", "> P. 1:1001(1000) ack 1", "+100ms", "< . 1:1(0) ack 501", "+300ms",
       "> P. 501:1001(500) ack 1", "state ESTABLISHED"}}});

INSTANTIATE_TEST_SUITE_P(RetransmissionSyn, Table, testing::ValuesIn(kSyn), row_name);
INSTANTIATE_TEST_SUITE_P(RetransmissionRto, Table, testing::ValuesIn(kRto), row_name);

}  // namespace
}  // namespace tcpstack::test
