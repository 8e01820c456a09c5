// A line of the story as text, in colours, and as JSON.
#include "apps/tcpstack/line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tcpstack::app {
namespace {

using std::chrono_literals::operator""us;
using std::chrono_literals::operator""s;
using testing::HasSubstr;
using testing::StartsWith;

const Endpoint kOurs{Address(0x0a000002), 7};
const Endpoint kPeer{Address(0x0a000001), 51234};

Line segment_in() {
  Line line;
  line.kind = LineKind::segment_in;
  line.at = Time(123us);
  line.local = kOurs;
  line.remote = kPeer;
  line.what = "S 0:0(0) win 64240 <mss 1460,sackOK>";
  return line;
}

Line segment_out() {
  Line line = segment_in();
  line.kind = LineKind::segment_out;
  line.what = "S. 0:0(0) ack 1 win 65535 <mss 1460>";
  line.why = "answers a SYN";
  line.clause = "RFC 9293 3.10.7.2";
  return line;
}

Line transition() {
  Line line = segment_in();
  line.kind = LineKind::transition;
  line.what.clear();
  line.from = tcp::State::LISTEN;
  line.to = tcp::State::SYN_RECEIVED;
  line.why = "SYN to a listening port";
  line.clause = "RFC 9293 3.10.7.2";
  return line;
}

TEST(LineText, ShowsTimeConnectionDirectionAndSegment) {
  EXPECT_EQ(to_text(segment_in()),
            " 0.000123  10.0.0.1:51234  -> 7     S 0:0(0) win 64240 <mss 1460,sackOK>");
}

TEST(LineText, SaysWhyASegmentIsSent) {
  EXPECT_EQ(to_text(segment_out()),
            " 0.000123  10.0.0.1:51234  <- 7     S. 0:0(0) ack 1 win 65535 <mss 1460>  "
            "answers a SYN (RFC 9293 3.10.7.2)");
}

TEST(LineText, ShowsATransitionWithItsClause) {
  EXPECT_EQ(to_text(transition()),
            " 0.000123  10.0.0.1:51234     7     LISTEN -> SYN_RECEIVED  "
            "SYN to a listening port (RFC 9293 3.10.7.2)");
}

TEST(LineText, MovesAWhyThatDoesNotFitUnderTheSegment) {
  const std::string text = to_text(segment_out(), {.width = 80});
  EXPECT_EQ(text,
            " 0.000123  10.0.0.1:51234  <- 7     S. 0:0(0) ack 1 win 65535 <mss 1460>\n"
            "                                    answers a SYN (RFC 9293 3.10.7.2)");
}

TEST(LineText, NamesAndExplainsADrop) {
  Line line;
  line.kind = LineKind::drop;
  line.at = Time(2s);
  line.what = "ip_checksum";
  line.why = "the IP header's checksum is wrong";
  EXPECT_EQ(to_text(line),
            " 2.000000                           dropped: ip_checksum  the IP header's checksum is "
            "wrong");
}

TEST(LineText, StaysAlignedForLongNumbers) {
  Line line = segment_in();
  line.at = Time(1234567s);
  line.local.port = 65535;
  line.remote.address = Address(0xc0a8ffff);
  EXPECT_THAT(to_text(line),
              StartsWith("1234567.000000  192.168.255.255:51234 -> 65535  S 0:0(0)"));
}

TEST(LineText, ColorsOnlyWhenAsked) {
  EXPECT_EQ(to_text(transition()).find('\033'), std::string::npos);
  const std::string colored = to_text(transition(), {.colors = true});
  EXPECT_THAT(colored, HasSubstr("\033[1;33mLISTEN -> SYN_RECEIVED\033[0m"));
}

TEST(LineText, ColorsDoNotCountAsWidth) {
  const std::string plain = to_text(segment_out());
  const std::string colored = to_text(segment_out(), {.width = plain.size(), .colors = true});
  EXPECT_EQ(colored.find('\n'), std::string::npos);
}

TEST(LineSentence, IsWhatACaptureShows) {
  EXPECT_EQ(to_sentence(transition()),
            "LISTEN -> SYN_RECEIVED  SYN to a listening port (RFC 9293 3.10.7.2)");
  Line note;
  note.why = "echo reply";
  EXPECT_EQ(to_sentence(note), "echo reply");
}

TEST(LineJson, HoldsTheSameAsTheText) {
  EXPECT_EQ(to_json(segment_out()),
            R"({"time_us":123,"event":"segment","direction":"out","local":"10.0.0.2:7",)"
            R"("remote":"10.0.0.1:51234","segment":"S. 0:0(0) ack 1 win 65535 <mss 1460>",)"
            R"("why":"answers a SYN","clause":"RFC 9293 3.10.7.2"})");
  EXPECT_EQ(to_json(transition()),
            R"({"time_us":123,"event":"transition","local":"10.0.0.2:7","remote":"10.0.0.1:51234",)"
            R"("from":"LISTEN","to":"SYN_RECEIVED",)"
            R"("why":"SYN to a listening port","clause":"RFC 9293 3.10.7.2"})");
}

TEST(LineJson, LeavesOutWhatIsEmptyAndEscapesTheRest) {
  Line line;
  line.kind = LineKind::note;
  line.why = "a \"quoted\" word,\na new line and a \\";
  EXPECT_EQ(to_json(line),
            R"({"time_us":0,"event":"note","why":"a \"quoted\" word,\na new line and a \\"})");
}

}  // namespace
}  // namespace tcpstack::app
