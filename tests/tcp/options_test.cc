// The options that both sides agree on in their SYNs: MSS, window scale, SACK and timestamps, each with and
// without. The layout is Linux's. An option without an offer is never in the answer.
#include "tests/tcp/paths.h"

namespace tcpstack::test {
namespace {

// Rcv.Wind.Shift 7: ilog2(4 MiB) - 15.
void shift_of_7(Config& config) { config.tcp.receive_buffer = {20000, 4 << 20}; }

// A SYN with `offer` is answered with a SYN, ACK with `answer`, both between the angle brackets.
Row answered(const char* name, const char* offer, const char* answer) {
  return {name,
          "RFC 9293 3.2, RFC 7323 2.2 and 3.2, RFC 2018 2; Linux: order and padding",
          {"listen", std::string("< S 0:0(0) <") + offer + ">",
           std::string("> S. 0:0(0) ack 1 win 10000 <") + answer + ">", "state SYN_RECEIVED"},
          shift_of_7};
}

const std::vector<Row> kAnswers = table(
    {},
    {answered("all", "mss 1000,sackOK,TS val 500 ecr 0,nop,wscale 5",
              "mss 1000,sackOK,TS val 0 ecr 500,nop,wscale 7"),
     answered("no timestamps", "mss 1000,nop,nop,sackOK,nop,wscale 5",
              "mss 1000,nop,nop,sackOK,nop,wscale 7"),
     answered("no SACK", "mss 1000,nop,nop,TS val 500 ecr 0,nop,wscale 5",
              "mss 1000,nop,nop,TS val 0 ecr 500,nop,wscale 7"),
     answered("no window scale", "mss 1000,sackOK,TS val 500 ecr 0",
              "mss 1000,sackOK,TS val 0 ecr 500"),
     answered("window scale alone", "mss 1000,nop,wscale 5", "mss 1000,nop,wscale 7"),
     answered("SACK alone", "mss 1000,nop,nop,sackOK", "mss 1000,nop,nop,sackOK"),
     answered("timestamps alone", "mss 1000,nop,nop,TS val 500 ecr 0",
              "mss 1000,nop,nop,TS val 0 ecr 500"),
     answered("MSS alone", "mss 1000", "mss 1000"),
     answered("no MSS", "nop,nop,sackOK,nop,wscale 5", "mss 1000,nop,nop,sackOK,nop,wscale 7"),
     answered("window scale 0 is an offer too", "mss 1000,nop,wscale 0", "mss 1000,nop,wscale 7")});

const std::vector<Row> kOff = table(
    {"listen"}, {{"what we have turned off we do not answer",
                  "RFC 7323 2.2, 3.2; RFC 2018 2",
                  {"< S 0:0(0) <mss 1000,sackOK,TS val 500 ecr 0,nop,wscale 5>",
                   "> S. 0:0(0) ack 1 <mss 1000>", "< . 1:1(0) ack 1 win 100", "snd.wnd 100",
                   "accept", "< P. 11:21(10) ack 1", "> . 1:1(0) ack 1", "state ESTABLISHED"},
                  [](Config& config) {
                    config.tcp.timestamps = config.tcp.sack = config.tcp.window_scaling = false;
                  }}});

// The newest SYN says what the peer wants; its first one may have got no answer because of its options.
const std::vector<Row> kNewest =
    table({"listen", "< S 0:0(0) win 5000 <mss 900,sackOK,TS val 500 ecr 0,nop,wscale 5>",
           "> S. 0:0(0) ack 1 win 10000 <mss 1000,sackOK,TS val 0 ecr 500,nop,wscale 7>"},
          {{"a plain SYN after one with options: none are agreed on",
            "RFC 7323 1.3, 2.2, 3.2; RFC 2018 2",
            {"< S 0:0(0) win 4000 <mss 700>", "drop syn_again",
             "> S. 0:0(0) ack 1 win 10000 <mss 1000>", "< . 1:1(0) ack 1 win 100", "snd.wnd 100",
             "accept", "< P. 11:21(10) ack 1", "> . 1:1(0) ack 1 win 10000", "send 1400",
             "> . 1:701(700) ack 1", "> P. 701:1401(700) ack 1", "state ESTABLISHED"},
            shift_of_7},
           {"a SYN with options after a plain one: they are agreed on again",
            "RFC 7323 1.3, 2.2, 3.2; RFC 2018 2",
            {"< S 0:0(0) win 4000 <mss 700>", "drop syn_again", "> S. 0:0(0) ack 1 <mss 1000>",
             "< S 0:0(0) win 3000 <mss 800,sackOK,TS val 600 ecr 0,nop,wscale 4>", "drop syn_again",
             "> S. 0:0(0) ack 1 win 10000 <mss 1000,sackOK,TS val 0 ecr 600,nop,wscale 7>",
             "< . 1:1(0) ack 1 win 100 <nop,nop,TS val 601 ecr 0>", "snd.wnd 1600", "accept",
             "< P. 1:1129(1128) ack 1 win 100 <nop,nop,TS val 602 ecr 0>",
             "> . 1:1(0) ack 1129 win 70 <nop,nop,TS val 0 ecr 602>", "state ESTABLISHED"},
            shift_of_7},
           {"an older TSval than that of the first SYN is no reason to be silent",
            "RFC 7323 5.3 R1 is for segments of a connection that exists",
            {"< S 0:0(0) <mss 900,nop,nop,TS val 400 ecr 0>", "drop syn_again",
             "> S. 0:0(0) ack 1 <mss 1000,nop,nop,TS val 0 ecr 400>", "state SYN_RECEIVED"},
            shift_of_7},
           {"the SYN again, with text",
            "RFC 9293 3.10.7.4 first: its text is left to a retransmission",
            {"< S 0:10(10) <mss 900>", "drop syn_again", "> S. 0:0(0) ack 1 <mss 1000>",
             "< . 1:1(0) ack 1", "accept", "< P. 1:11(10) ack 1", "> . 1:1(0) ack 11", "receive 10",
             "state ESTABLISHED"},
            shift_of_7}});

// Our own SYN offers again and again what the first one offered, until the peer answers.
const std::vector<Row> kOffer = table(
    {"open", "> S 0:0(0) win 10000 <mss 1000,sackOK,TS val 0 ecr 0,nop,wscale 7>"},
    {{"the SYN again has the same options",
      "RFC 9293 3.8.1",
      {"+1s", "> S 0:0(0) win 10000 <mss 1000,sackOK,TS val 1000 ecr 0,nop,wscale 7>",
       "state SYN_SENT"},
      shift_of_7},
     {"a simultaneous open agrees on what both SYNs have",
      "RFC 9293 3.5 Figure 7",
      {"< S 0:0(0) win 5000 <mss 900,nop,nop,TS val 500 ecr 0>",
       "> S. 0:0(0) ack 1 win 10000 <mss 1000,nop,nop,TS val 0 ecr 500>", "state SYN_RECEIVED"},
      shift_of_7}});

const Lines kScaled = {"listen", "< S 0:0(0) win 5000 <mss 1000,nop,wscale 5>",
                       "> S. 0:0(0) ack 1 win 10000 <mss 1000,nop,wscale 7>"};

const std::vector<Row> kWindowScale = table(
    {},
    {{"the window of a SYN is not scaled, later ones are", "RFC 7323 2.2: \"MUST NOT be scaled\"",
      kScaled +
          Lines{"snd.wnd 5000", "< . 1:1(0) ack 1 win 100", "snd.wnd 3200", "state ESTABLISHED"},
      shift_of_7},
     {"our own is scaled by the shift that we have sent",
      "RFC 7323 2.3: 10000 less 1128 is 8872; rounded up to 128 as the buffer bears it",
      kScaled + Lines{"< P. 1:1129(1128) ack 1", "> . 1:1(0) ack 1129 win 70", "state ESTABLISHED"},
      shift_of_7},
     {"a shift above 14 counts as 14",
      "RFC 7323 2.3: \"MUST use 14\"",
      {"listen", "< S 0:0(0) win 5000 <mss 1000,nop,wscale 15>", "> S. 0:0(0) ack 1 <...>",
       "< . 1:1(0) ack 1 win 2", "snd.wnd 32768", "state ESTABLISHED"}},
     {"active: the peer offers none, nobody scales",
      "RFC 7323 2.2: both sides or none",
      {"open", "> S 0:0(0) win 10000 <mss 1000,sackOK,TS val 0 ecr 0,nop,wscale 7>",
       "< S. 0:0(0) ack 1 win 5000 <mss 1000>", "> . 1:1(0) ack 1 win 10000", "snd.wnd 5000",
       "< . 1:1(0) ack 1 win 100", "snd.wnd 100", "state ESTABLISHED"},
      shift_of_7},
     {"active: both scale",
      "RFC 7323 2.2",
      {"open", "> S 0:0(0) win 10000 <mss 1000,sackOK,TS val 0 ecr 0,nop,wscale 7>",
       "< S. 0:0(0) ack 1 win 5000 <mss 1000,nop,wscale 5>", "> . 1:1(0) ack 1 win 79",
       "snd.wnd 5000", "< . 1:1(0) ack 1 win 100", "snd.wnd 3200", "state ESTABLISHED"},
      shift_of_7},
     {"an option on a segment that is no SYN is ignored", "RFC 7323 2.2: \"MUST be ignored\"",
      to_established() + Lines{"< . 1:1(0) ack 1 win 100 <nop,wscale 5>",
                               "< . 1:1(0) ack 1 win 100", "snd.wnd 100", "state ESTABLISHED"}}});

// A connection whose peer offers this MSS, or none.
Lines with_mss(const std::string& options) {
  return {"listen", "< S 0:0(0) " + options, "> S. 0:0(0) ack 1 <...>", "< . 1:1(0) ack 1",
          "accept"};
}

const std::vector<Row> kMss = table(
    {},
    {{"an MSS below 48 counts as 48", "Linux: tcp_min_snd_mss",
      with_mss("<mss 10>") +
          Lines{"send 96", "> . 1:49(48) ack 1", "> P. 49:97(48) ack 1", "state ESTABLISHED"}},
     {"an MSS of 0", "Linux: tcp_min_snd_mss",
      with_mss("<mss 0>") + Lines{"send 48", "> P. 1:49(48) ack 1", "state ESTABLISHED"}},
     {"an MSS of 65535 is cut to our MTU", "RFC 9293 3.7.1 MUST-16",
      with_mss("<mss 65535>") + Lines{"send 1460", "> P. 1:1461(1460) ack 1", "state ESTABLISHED"}},
     {"an MSS on a segment that is no SYN is ignored", "RFC 9293 3.2 MUST-65",
      with_mss("<mss 1000>") + Lines{"< . 1:1(0) ack 1 <mss 100>", "send 1000",
                                     "> P. 1:1001(1000) ack 1", "state ESTABLISHED"}},
     {"timestamps take 12 bytes of each segment",
      "RFC 6691 2, RFC 7323 appendix A",
      {"listen", "< S 0:0(0) <mss 1000,nop,nop,TS val 500 ecr 0>", "> S. 0:0(0) ack 1 <...>",
       "< . 1:1(0) ack 1 <nop,nop,TS val 500 ecr 0>", "accept", "send 1976",
       "> . 1:989(988) ack 1 <nop,nop,TS val 0 ecr 500>",
       "> P. 989:1977(988) ack 1 <nop,nop,TS val 0 ecr 500>", "state ESTABLISHED"}}});

const std::vector<Row> kSack = table(
    {"listen", "< S 0:0(0) <mss 1000,nop,nop,sackOK>",
     "> S. 0:0(0) ack 1 <mss 1000,nop,nop,sackOK>", "< . 1:1(0) ack 1", "accept"},
    {{"what lies beyond a hole is reported",
      "RFC 2018 4",
      {"< P. 11:21(10) ack 1", "> . 1:1(0) ack 1 <nop,nop,sack 11:21>", "< P. 1:11(10) ack 1",
       "> . 1:1(0) ack 21", "state ESTABLISHED"}},
     {"the latest block comes first",
      "RFC 2018 4: \"the first SACK block MUST specify the contiguous block containing the "
      "segment\"",
      {"< P. 11:21(10) ack 1", "> . 1:1(0) ack 1 <nop,nop,sack 11:21>", "< P. 31:41(10) ack 1",
       "> . 1:1(0) ack 1 <nop,nop,sack 31:41 11:21>", "< P. 21:26(5) ack 1",
       "> . 1:1(0) ack 1 <nop,nop,sack 11:26 31:41>", "state ESTABLISHED"}},
     {"blocks that are reported again keep the order of their reports",
      "RFC 2018 4: \"repeating the most recently reported SACK blocks\"",
      {"< P. 51:61(10) ack 1", "> . 1:1(0) ack 1 <nop,nop,sack 51:61>", "< P. 11:21(10) ack 1",
       "> . 1:1(0) ack 1 <nop,nop,sack 11:21 51:61>", "< P. 31:41(10) ack 1",
       "> . 1:1(0) ack 1 <nop,nop,sack 31:41 11:21 51:61>", "state ESTABLISHED"}},
     {"four blocks at most",
      "RFC 2018 3",
      {"<< P. 11:12(1) ack 1", "<< P. 21:22(1) ack 1", "<< P. 31:32(1) ack 1",
       "<< P. 41:42(1) ack 1", "< P. 51:52(1) ack 1",
       "> . 1:1(0) ack 1 <nop,nop,sack 51:52 41:42 31:32 21:22>", "state ESTABLISHED"}},
     {"a duplicate is reported in front",
      "RFC 2883 4: D-SACK",
      {"< P. 1:11(10) ack 1", "> . 1:1(0) ack 11", "< P. 1:11(10) ack 1", "drop out_of_window",
       "> . 1:1(0) ack 11 <nop,nop,sack 1:11>", "state ESTABLISHED"}},
     {"a duplicate beyond a hole is reported in front of its block",
      "RFC 2883 4.1",
      {"< P. 11:31(20) ack 1", "> . 1:1(0) ack 1 <nop,nop,sack 11:31>", "< P. 11:21(10) ack 1",
       "> . 1:1(0) ack 1 <nop,nop,sack 11:21 11:31>", "state ESTABLISHED"}},
     {"a D-SACK is sent once",
      "RFC 2883 4: \"each duplicate segment is reported at most one time\"",
      {"< P. 1:11(10) ack 1", "> . 1:1(0) ack 11", "< P. 1:11(10) ack 1", "drop out_of_window",
       "> . 1:1(0) ack 11 <nop,nop,sack 1:11>", "< P. 11:21(10) ack 1", "> . 1:1(0) ack 21",
       "state ESTABLISHED"}},
     {"each duplicate of a batch has its report",
      "RFC 2883 4: \"each duplicate segment is reported\"",
      {"< P. 1:21(20) ack 1", "> . 1:1(0) ack 21", "<< P. 1:11(10) ack 1", "drop out_of_window",
       "< P. 11:21(10) ack 1", "drop out_of_window", "> . 1:1(0) ack 21 <nop,nop,sack 1:11>",
       "> . 1:1(0) ack 21 <nop,nop,sack 11:21>", "state ESTABLISHED"}},
     {"a duplicate is reported though the FIN comes with it",
      "RFC 2883 4",
      {"< P. 1:11(10) ack 1", "> . 1:1(0) ack 11", "< P. 21:31(10) ack 1",
       "> . 1:1(0) ack 11 <nop,nop,sack 21:31>", "< FP. 6:31(25) ack 1", "state CLOSE_WAIT",
       "> . 1:1(0) ack 32 <nop,nop,sack 6:11>"}},
     {"with SACK one acknowledgment reports a batch",
      "RFC 2018 4; Linux: tcp_comp_sack_nr",
      {"<< P. 11:21(10) ack 1", "<< P. 31:41(10) ack 1", "< P. 41:51(10) ack 1",
       "> . 1:1(0) ack 1 <nop,nop,sack 31:51 11:21>", "state ESTABLISHED"}},
     {"text takes room for the blocks",
      "RFC 6691 2",
      {"< P. 11:21(10) ack 1", "> . 1:1(0) ack 1 <nop,nop,sack 11:21>", "send 1000",
       "> . 1:989(988) ack 1 <nop,nop,sack 11:21>", "< . 1:1(0) ack 989",
       "> P. 989:1001(12) ack 1 <nop,nop,sack 11:21>", "state ESTABLISHED"}}});

// 20 bytes of options as they are on the wire, in Linux's order.
TEST(Options, TheSynAckByteForByte) {
  Config config = story_config();
  shift_of_7(config);
  Story story(all_numbers().front(), config);
  ASSERT_EQ(story.tell("listen"), std::nullopt);
  ASSERT_EQ(story.tell("< S 0:0(0) <mss 1000,sackOK,TS val 500 ecr 0,nop,wscale 5>"), std::nullopt);
  const std::vector<std::uint8_t>& packet = story.latest_packet();
  ASSERT_EQ(packet.size(), 20U + 20U + 20U);
  const std::vector<std::uint8_t> options(packet.begin() + 40, packet.end());
  const std::vector<std::uint8_t> front(options.begin(), options.begin() + 8);
  const std::vector<std::uint8_t> back(options.begin() + 12, options.end());
  EXPECT_EQ(front, (std::vector<std::uint8_t>{2, 4, 1000 >> 8, 1000 & 0xff, 4, 2, 8, 10}));
  EXPECT_EQ(back, (std::vector<std::uint8_t>{0, 0, 500 >> 8, 500 & 0xff, 1, 3, 3, 7}));
}

INSTANTIATE_TEST_SUITE_P(OptionsAnswers, Table, testing::ValuesIn(kAnswers), row_name);
INSTANTIATE_TEST_SUITE_P(OptionsOff, Table, testing::ValuesIn(kOff), row_name);
INSTANTIATE_TEST_SUITE_P(OptionsNewest, Table, testing::ValuesIn(kNewest), row_name);
INSTANTIATE_TEST_SUITE_P(OptionsOffer, Table, testing::ValuesIn(kOffer), row_name);
INSTANTIATE_TEST_SUITE_P(OptionsWindowScale, Table, testing::ValuesIn(kWindowScale), row_name);
INSTANTIATE_TEST_SUITE_P(OptionsMss, Table, testing::ValuesIn(kMss), row_name);
INSTANTIATE_TEST_SUITE_P(OptionsSack, Table, testing::ValuesIn(kSack), row_name);

}  // namespace
}  // namespace tcpstack::test
