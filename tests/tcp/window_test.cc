// Windows: RFC 9293 3.8.6. The limits of the peer's window, its updates, a closed window, and silly windows on both
// sides.
#include <algorithm>

#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

const std::vector<Row> kUpdates = table(
    to_established(),
    {{"a newer segment updates the window",
      "RFC 9293 3.10.7.4 fifth: SND.WL1 < SEG.SEQ",
      {"< P. 1:11(10) ack 1 win 700", "> . 1:1(0) ack 11", "snd.wnd 700", "state ESTABLISHED"}},
     {"a segment as new with the same ACK updates it",
      "RFC 9293 3.10.7.4 fifth: SND.WL1 = SEG.SEQ and SND.WL2 =< SEG.ACK",
      {"< . 1:1(0) ack 1 win 700", "snd.wnd 700", "< . 1:1(0) ack 1 win 600", "snd.wnd 600",
       "state ESTABLISHED"}},
     {"an older segment does not",
      "RFC 9293 3.10.7.4 fifth: SND.WL1 \"prevents using old segments to update the window\"",
      {"< P. 11:21(10) ack 1 win 700", "> . 1:1(0) ack 1", "< P. 1:11(10) ack 1 win 900",
       "> . 1:1(0) ack 21", "snd.wnd 700", "state ESTABLISHED"}},
     {"an older ACK does not",
      "RFC 9293 3.10.7.4 fifth: SND.WL2",
      {"send 2000", "> . 1:1001(1000) ack 1", "> P. 1001:2001(1000) ack 1",
       "< . 1:1(0) ack 2001 win 700", "< . 1:1(0) ack 1001 win 900", "snd.wnd 700",
       "state ESTABLISHED"}},
     {"the window limits what is sent",
      "RFC 9293 3.4: SND.UNA =< SEG.SEQ < SND.UNA+SND.WND",
      {"< . 1:1(0) ack 1 win 2000", "send 3000", "> . 1:1001(1000) ack 1",
       "> . 1001:2001(1000) ack 1", "< . 1:1(0) ack 1001 win 2000", "> P. 2001:3001(1000) ack 1",
       "state ESTABLISHED"}},
     {"a window that shrinks below what is out: no new text, no harm",
      "RFC 9293 3.8.6 MUST-34, SHLD-15: \"robust against window shrinking\"",
      {"send 2000", "> . 1:1001(1000) ack 1", "> P. 1001:2001(1000) ack 1",
       "< . 1:1(0) ack 1 win 500", "send 1000", "snd.wnd 500", "< . 1:1(0) ack 2001 win 1000",
       "> P. 2001:3001(1000) ack 1", "state ESTABLISHED"}}});

const Lines kClosed = {"< . 1:1(0) ack 1 win 0", "send 3001"};

const std::vector<Row> kPersist = table(
    to_established() + kClosed,
    {{"nothing is sent at once",
      "RFC 9293 3.8.6.1",
      {"+199ms", "unacknowledged 3001", "state ESTABLISHED"}},
     {"a probe of one byte after the RTO, then at twice the time",
      "RFC 9293 3.8.6.1 MUST-36, SHLD-29, SHLD-30: \"increase exponentially\"",
      {"+200ms", "> . 1:2(1) ack 1", "< . 1:1(0) ack 1 win 0", "+399ms", "+1ms", "> . 1:2(1) ack 1",
       "< . 1:1(0) ack 1 win 0", "+799ms", "+1ms", "> . 1:2(1) ack 1", "state ESTABLISHED"}},
     {"a peer that answers probes keeps the connection for ever",
      "RFC 9293 3.8.6.1 MUST-37: \"MUST allow the connection to stay open\"",
      [] {
        Lines lines;
        int wait = 200;
        for (int i = 0; i < 40; ++i) {
          lines.push_back("+" + std::to_string(wait) + "ms");
          lines.push_back("> . 1:2(1) ack 1");
          lines.push_back("< . 1:1(0) ack 1 win 0");
          wait = std::min(2 * wait, 120000);
        }
        lines.push_back("state ESTABLISHED");
        return lines;
      }()},
     {"the window opens: text goes at once",
      "RFC 9293 3.8.6.1",
      {"+100ms", "< . 1:1(0) ack 1 win 10000", "> . 1:1001(1000) ack 1",
       "> . 1001:2001(1000) ack 1", "> . 2001:3001(1000) ack 1", "> P. 3001:3002(1) ack 1",
       "state ESTABLISHED"}},
     {"the byte of the probe is taken",
      "RFC 9293 3.8.6.1: the receiver may accept it",
      {"+200ms", "> . 1:2(1) ack 1", "< . 1:1(0) ack 2 win 10000", "> . 2:1002(1000) ack 1",
       "> . 1002:2002(1000) ack 1", "> P. 2002:3002(1000) ack 1", "state ESTABLISHED"}},
     {"a probe whose window update was lost finds out",
      "RFC 9293 3.8.6.1: \"the window update may be lost\"",
      {"+200ms", "> . 1:2(1) ack 1", "< . 1:1(0) ack 1 win 0", "+400ms", "> . 1:2(1) ack 1",
       "< . 1:1(0) ack 2 win 10000", "> . 2:1002(1000) ack 1", "> . 1002:2002(1000) ack 1",
       "> P. 2002:3002(1000) ack 1", "state ESTABLISHED"}},
     {"a FIN behind the text waits and goes with it",
      "RFC 9293 3.10.4",
      {"close", "state FIN_WAIT_1", "+200ms", "> . 1:2(1) ack 1", "< . 1:1(0) ack 2 win 10000",
       "> . 2:1002(1000) ack 1", "> . 1002:2002(1000) ack 1", "> FP. 2002:3002(1000) ack 1",
       "state FIN_WAIT_1"}}});

const std::vector<Row> kSender = table(
    to_established(),
    {{"a usable window of less than a segment is not used while text is out",
      "RFC 9293 3.8.6.2.1 MUST-38",
      {"< . 1:1(0) ack 1 win 1500", "send 3000", "> . 1:1001(1000) ack 1",
       "< . 1:1(0) ack 1001 win 1500", "> . 1001:2001(1000) ack 1", "state ESTABLISHED"}},
     {"half of the largest window is worth a segment",
      "RFC 9293 3.8.6.2.1 (3): Fs = 1/2, when nothing is out",
      {"snd.wnd 32768", "< . 1:1(0) ack 1 win 16384", "send 100", "> P. 1:101(100) ack 1",
       "state ESTABLISHED"}},
     {"a small window is used when the override timer goes off",
      "RFC 9293 3.8.6.2.1 (4): 0.1 to 1 s",
      {"< . 1:1(0) ack 1 win 500", "send 3000", "+199ms", "+1ms", "> . 1:501(500) ack 1",
       "state ESTABLISHED"}},
     {"Nagle: small text waits while text is out",
      "RFC 9293 3.7.4 SHLD-7",
      {"send 10", "> P. 1:11(10) ack 1", "send 10", "send 10", "< . 1:1(0) ack 11",
       "> P. 11:31(20) ack 1", "state ESTABLISHED"}},
     {"Nagle: a full segment does not wait",
      "RFC 9293 3.7.4",
      {"send 10", "> P. 1:11(10) ack 1", "send 1500", "> . 11:1011(1000) ack 1",
       "< . 1:1(0) ack 1011", "> P. 1011:1511(500) ack 1", "state ESTABLISHED"}},
     {"Nagle can be turned off",
      "RFC 9293 3.7.4 MUST-17",
      {"send 10", "> P. 1:11(10) ack 1", "send 10", "> P. 11:21(10) ack 1", "state ESTABLISHED"},
      [](Config& config) { config.tcp.nagle = false; }}});

const std::vector<Row> kReceiver =
    table(to_established(),
          {{"the window's right edge never moves left",
            "RFC 9293 3.8.6 SHLD-14: \"SHOULD NOT shrink the window\"",
            {"< P. 1:1001(1000) ack 1", "> . 1:1(0) ack 1001 win 9000", "< P. 1001:1011(10) ack 1",
             "> . 1:1(0) ack 1011 win 8990", "state ESTABLISHED"}},
           {"room of less than a segment is not offered",
            "RFC 9293 3.8.6.2.2 MUST-39: min(Fr * RCV.BUFF, Eff.snd.MSS)",
            {"< P. 1:1001(1000) ack 1", "> . 1:1(0) ack 1001 win 9000", "receive 999 = 999",
             "< P. 1001:1002(1) ack 1", "> . 1:1(0) ack 1002 win 8999", "receive 2",
             "< P. 1002:1003(1) ack 1", "> . 1:1(0) ack 1003 win 9999", "state ESTABLISHED"}},
           {"a closed window does not open for less than a segment",
            "RFC 9293 3.8.6.2.2 MUST-39",
            {"< P. 1:10001(10000) ack 1", "> . 1:1(0) ack 10001 win 0", "receive 999", "receive 1",
             "> . 1:1(0) ack 10001 win 1000", "state ESTABLISHED"}},
           {"a window that has doubled is told at once",
            "RFC 9293 3.8.6.2.2; Linux",
            {"< P. 1:6001(6000) ack 1", "> . 1:1(0) ack 6001 win 4000", "receive 3999", "receive 1",
             "> . 1:1(0) ack 6001 win 8000", "state ESTABLISHED"}}});

INSTANTIATE_TEST_SUITE_P(WindowUpdates, Table, testing::ValuesIn(kUpdates), row_name);
INSTANTIATE_TEST_SUITE_P(WindowPersist, Table, testing::ValuesIn(kPersist), row_name);
INSTANTIATE_TEST_SUITE_P(WindowSender, Table, testing::ValuesIn(kSender), row_name);
INSTANTIATE_TEST_SUITE_P(WindowReceiver, Table, testing::ValuesIn(kReceiver), row_name);

}  // namespace
}  // namespace tcpstack::test
