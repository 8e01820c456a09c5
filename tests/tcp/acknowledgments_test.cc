// When text is acknowledged: RFC 9293 3.8.6.3, RFC 5681 4.2. The first 16 segments of a connection are
// acknowledged at once (Linux: quick ACKs); most rows begin behind them, at 17.
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

const std::vector<Row> kQuick = table(
    to_established(), {{"the first 16 segments are acknowledged at once, the next is not",
                        "Linux: quick ACKs; RFC 9293 3.8.6.3 SHLD-18",
                        past_quick_acks() + Lines{"< P. 17:18(1) ack 1", "+39ms", "+1ms",
                                                  "> . 1:1(0) ack 18", "state ESTABLISHED"}}});

const std::vector<Row> kDelayed = table(
    to_established() + past_quick_acks(),
    {{"a segment alone waits 40 ms",
      "RFC 9293 3.8.6.3 SHLD-18, MUST-40: less than 0.5 s; Linux: 40 ms",
      {"< P. 17:27(10) ack 1", "+39ms", "+1ms", "> . 1:1(0) ack 27", "+1s", "state ESTABLISHED"}},
     {"the delay counts from the first segment",
      "RFC 9293 3.8.6.3 MUST-40: \"the delay MUST be less than 0.5 seconds\"",
      {"< P. 17:27(10) ack 1", "+20ms", "< P. 27:37(10) ack 1", "+19ms", "+1ms",
       "> . 1:1(0) ack 37", "state ESTABLISHED"}},
     {"every second full-sized segment is acknowledged at once",
      "RFC 9293 3.8.6.3 SHLD-19, RFC 5681 4.2",
      {"< . 17:1017(1000) ack 1", "< . 1017:2017(1000) ack 1", "> . 1:1(0) ack 2017",
       "< . 2017:3017(1000) ack 1", "< . 3017:4017(1000) ack 1", "> . 1:1(0) ack 4017",
       "state ESTABLISHED"}},
     {"small segments count by their bytes",
      "RFC 9293 3.8.6.3 SHLD-19; Linux: more than one full-sized segment",
      {"< P. 17:517(500) ack 1", "< P. 517:1017(500) ack 1", "< P. 1017:1018(1) ack 1",
       "> . 1:1(0) ack 1018", "state ESTABLISHED"}},
     {"an acknowledgment that waits travels with text",
      "RFC 9293 3.8.6.3, 3.10.7.4 seventh",
      {"< P. 17:27(10) ack 1", "+20ms", "send 10", "> P. 1:11(10) ack 27", "+30ms",
       "state ESTABLISHED"}},
     {"disorder is acknowledged at once",
      "RFC 5681 4.2: \"SHOULD send an immediate duplicate ACK when an out-of-order segment "
      "arrives\"",
      {"< P. 27:37(10) ack 1", "> . 1:1(0) ack 17", "state ESTABLISHED"}},
     {"so is the text that fills a hole",
      "RFC 5681 4.2: \"an immediate ACK when the incoming segment fills in all or part of a gap\"",
      {"< P. 27:37(10) ack 1", "> . 1:1(0) ack 17", "< P. 17:22(5) ack 1", "> . 1:1(0) ack 22",
       "< P. 22:27(5) ack 1", "> . 1:1(0) ack 37", "state ESTABLISHED"}},
     {"afterwards it is delayed again",
      "RFC 9293 3.8.6.3 SHLD-18",
      {"< P. 27:37(10) ack 1", "> . 1:1(0) ack 17", "< P. 17:27(10) ack 1", "> . 1:1(0) ack 37",
       "< P. 37:47(10) ack 1", "+40ms", "> . 1:1(0) ack 47", "state ESTABLISHED"}},
     {"a duplicate is acknowledged at once",
      "RFC 9293 3.10.7.4 first",
      {"< P. 10:17(7) ack 1", "drop out_of_window", "> . 1:1(0) ack 17", "state ESTABLISHED"}},
     {"an acknowledgment takes along the one that waits",
      "RFC 9293 3.8.6.3: ACKs are cumulative",
      {"< P. 17:27(10) ack 1", "< . 1:2(1) ack 1", "drop out_of_window", "> . 1:1(0) ack 27", "+1s",
       "state ESTABLISHED"}},
     {"text without PSH waits, though pushed text was acknowledged before",
      "Linux: pushed text does not wait once it is read",
      {"< P. 17:27(10) ack 1", "+40ms", "> . 1:1(0) ack 27", "< . 27:37(10) ack 1", "receive 20",
       "+40ms", "> . 1:1(0) ack 37", "state ESTABLISHED"}},
     {"an ACK without text is not acknowledged",
      "RFC 9293 3.4: an ACK takes no sequence number",
      {"< . 17:17(0) ack 1 win 500", "+1s", "state ESTABLISHED"}}});

INSTANTIATE_TEST_SUITE_P(AcknowledgmentsQuick, Table, testing::ValuesIn(kQuick), row_name);
INSTANTIATE_TEST_SUITE_P(AcknowledgmentsDelayed, Table, testing::ValuesIn(kDelayed), row_name);

}  // namespace
}  // namespace tcpstack::test
