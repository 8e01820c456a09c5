// Scripts whose expectation is wrong must fail, and say how: a runner that passes everything proves nothing.
// Each case is right but for one thing.
#include "apps/tcpdrill/run/verdict.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stack/base/bytes.h"
#include "stack/wire/ipv4.h"
#include "tests/apps/tcpdrill/scripts.h"

namespace tcpstack::drill {
namespace {

using testing::HasSubstr;

TEST(Verdicts, OfTheUnchangedScriptIsPass) {
  EXPECT_EQ(run_established("").kind, Verdict::Kind::passed);
  EXPECT_EQ(to_text(run_established(""), false), "PASS test.pkt\n");
}

TEST(Verdicts, OfASettingThatTheStackRefusesIsUnsupported) {
  for (const char* const setting : {"tcp_rmem='4096 0 0'", "tcp_rto_min_us=0"}) {
    const Verdict verdict = run(fmt::format("`sysctl -q net.ipv4.{}`\n", setting) + kEstablished);
    EXPECT_EQ(verdict.kind, Verdict::Kind::unsupported) << setting;
    EXPECT_THAT(verdict.why, HasSubstr("tcp.r")) << setting;
  }
}

struct Wrong {
  const char* name;
  const char* rest;  // of the script, after kEstablished
  const char* why;   // the difference that has to be named
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.name; }

class WrongExpectations : public testing::TestWithParam<Wrong> {};

TEST_P(WrongExpectations, Fail) {
  const Verdict verdict = run_established(GetParam().rest);
  EXPECT_EQ(verdict.kind, Verdict::Kind::failed);
  EXPECT_THAT(verdict.why, HasSubstr(GetParam().why));
}

constexpr const char* kWrite = "+0 write(4, ..., 100) = 100\n";

INSTANTIATE_TEST_SUITE_P(
    All, WrongExpectations,
    testing::Values(
        Wrong{"flags", "+0 write(4, ..., 100) = 100\n +0 > F. 1:101(100) ack 1",
              "flags: expected F., sent P."},
        Wrong{"sequence", "+0 write(4, ..., 100) = 100\n +0 > P. 2:102(100) ack 1",
              "sequence number: expected 2, sent 1"},
        Wrong{"length", "+0 write(4, ..., 100) = 100\n +0 > P. 1:100(99) ack 1",
              "length: expected 99, sent 100"},
        Wrong{"longer", "+0 write(4, ..., 100) = 100\n +0 > P. 1:102(101) ack 1",
              "length: expected 101, sent 100"},
        Wrong{"acknowledgment", "+0 write(4, ..., 100) = 100\n +0 > P. 1:101(100) ack 2",
              "acknowledgment: expected 2, sent 1"},
        Wrong{"window", "+0 write(4, ..., 100) = 100\n +0 > P. 1:101(100) ack 1 win 65534",
              "window: expected 65534, sent 65535"},
        Wrong{"option", "+0 write(4, ..., 100) = 100\n +0 > P. 1:101(100) ack 1 <nop,nop,sackOK>",
              "options: expected <nop,nop,sackOK>, sent <>"},
        Wrong{"ttl", "+0 write(4, ..., 100) = 100\n +0 > [ttl 63] P. 1:101(100) ack 1",
              "TTL: expected 63, sent 64"},
        Wrong{"late", "+0 write(4, ..., 100) = 100\n +.1 > P. 1:101(100) ack 1",
              "time: expected 0.200000 (give or take 0.012500), sent at 0.100000"},
        Wrong{"early",
              "+0 write(4, ..., 100) = 100\n +0 > P. 1:101(100) ack 1\n +.1 > P. 1:101(100) ack 1",
              "time: expected 0.200000"},
        Wrong{"range", "+0 write(4, ..., 100) = 100\n +.1~+.2 > P. 1:101(100) ack 1",
              "time: expected 0.200000 to 0.300000"},
        Wrong{"elsewhere", "+0 < [5001 > 8080] S 0:0(0) win 0\n +0 > [8080 > 5002] S. 0:0(0) ack 1",
              "nothing was sent there; the oldest packet of the others: > S. 0:0(0) ack 1"},
        Wrong{"past", ".05 < . 1:1(0) ack 1 win 32792", "time: it is 0.100000 already"},
        Wrong{"past_call", "0 close(4) = 0", "time: it is 0.100000 already"},
        Wrong{"nothing", "+0 > P. 1:101(100) ack 1", "nothing was sent"},
        Wrong{"protocol", "+0 write(4, ..., 100) = 100\n +0 > icmp echo_reply",
              "protocol: expected ICMP, sent TCP"},
        Wrong{"result", "+0 write(4, ..., 100) = 99", "write(): expected 99, returned 100"},
        Wrong{"no_error", "+0 write(4, ..., 100) = -1 EPIPE",
              "write(): expected -1 EPIPE, returned 100"},
        Wrong{"errno", "+0 recv(4, ..., 100, MSG_DONTWAIT) = -1 EPIPE",
              "recv(): expected -1 EPIPE, returned -1 EAGAIN"},
        Wrong{"blocks", "+0 read(4, ..., 100) = 0", "read() blocks"},
        Wrong{"blocks_on", "+0...0.1 read(4, ..., 100) = 0\n +.5 close(4) = 0",
              "read() still blocks at 0.212500"},
        Wrong{"returns_early",
              "+0...0.5 read(4, ..., 100) = 100\n +.1 < P. 1:101(100) ack 1 win 32792",
              "time: expected read() to return at 0.600000"},
        Wrong{"filled_in", "+0 ioctl(4, SIOCINQ, [5]) = 0", "SIOCINQ: expected 5, got 0"},
        Wrong{"option_value", "+0 getsockopt(4, SOL_TCP, TCP_NODELAY, [1], [4]) = 0",
              "TCP_NODELAY: expected 1, got 0"},
        Wrong{"revents", "+0 poll([{fd=4, events=POLLOUT, revents=POLLIN}], 1, 0) = 1",
              "revents: expected 1, got 4"},
        Wrong{"assertion", "+0 %{ assert tcpi_snd_cwnd == 9, tcpi_snd_cwnd }%",
              "assert tcpi_snd_cwnd == 9 (10): does not hold"},
        Wrong{"counter", "+0 `nstat | grep TcpExtPAWSEstab`",
              "TcpExtPAWSEstab: expected to have counted"}),
    testing::PrintToStringParamName());

TEST(Verdicts, NameTheEventAndTellTheStory) {
  const Verdict verdict = run_established(std::string(kWrite) + "+0 > P. 2:102(100) ack 1\n");
  EXPECT_EQ(verdict.line, 10U);
  const std::string text = to_text(verdict, false);
  EXPECT_THAT(text, HasSubstr("FAIL test.pkt\n"));
  EXPECT_THAT(text, HasSubstr("    0.100000  < . 1:1(0) ack 1 win 32792\n"));
  EXPECT_THAT(text, HasSubstr("    0.100000  > P. 1:101(100) ack 1 win 65535\n"));
  EXPECT_THAT(text, HasSubstr("test.pkt:10:\n  +0 > P. 2:102(100) ack 1\n"));
}

TEST(Verdicts, CountPacketsThatNobodyAskedForOnlyWhenToldTo) {
  EXPECT_EQ(run_established(kWrite).kind, Verdict::Kind::passed);
  const Verdict verdict = run("--unread=fail\n" + kEstablished + kWrite);
  EXPECT_EQ(verdict.kind, Verdict::Kind::failed);
  EXPECT_THAT(verdict.why, HasSubstr("no line expects this packet: P. 1:101(100) ack 1"));
}

TEST(Verdicts, OfABatchDependOnItsEndOnly) {
  const std::string first = "+0 < P. 1:101(100) ack 1 win 32792\n";
  const std::string answer = "write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 101\n";
  EXPECT_EQ(run_established(first + "& " + answer).kind, Verdict::Kind::passed);
  const Verdict apart = run_established(first + "+0 " + answer);
  EXPECT_THAT(apart.why, HasSubstr("length: expected 100, sent 0"));
}

TEST(Verdicts, AreTheSameEveryTime) {
  const std::string script =
      std::string(kWrite) + "+0 > P. 1:101(100) ack 1\n +.3 > P. 1:101(100) ack 1\n";
  EXPECT_EQ(to_text(run_established(script), true), to_text(run_established(script), true));
}

TEST(Switches, ForgivePushBits) {
  // Linux would push at the end of each burst; this is no end of what the user has written.
  const std::string lacking = "+0 write(4, ..., 20000) = 20000\n +0 > P. 1:10001(10000) ack 1\n";
  EXPECT_EQ(run_established(lacking).kind, Verdict::Kind::passed);
  EXPECT_EQ(run("--psh=exact\n" + kEstablished + lacking).kind, Verdict::Kind::failed);
  const std::string extra = std::string(kWrite) + "+0 > . 1:101(100) ack 1\n";
  EXPECT_EQ(run_established(extra).kind, Verdict::Kind::failed);
  const Verdict lax = run("--psh=lax\n" + kEstablished + extra);
  EXPECT_EQ(to_text(lax, false), "PASS test.pkt (psh=lax)\n");
}

TEST(Switches, ForgiveTheWindowScaleAndTheOrderOfOptions) {
  const std::string script = R"(
    0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
   +0 bind(3, ..., ...) = 0
   +0 listen(3, 1) = 0
   +0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
   +0 > S. 0:0(0) ack 1 <mss 1460,nop,wscale 5,sackOK>
)";
  EXPECT_EQ(run(script).kind, Verdict::Kind::failed);
  EXPECT_EQ(run("--wscale=any\n" + script).kind, Verdict::Kind::failed);
  EXPECT_EQ(run("--option-order=any\n" + script).kind, Verdict::Kind::failed);
  EXPECT_EQ(run("--wscale=any --option-order=any\n" + script).kind, Verdict::Kind::passed);
}

TEST(Switches, JoinSegmentsUnlessStrict) {
  const std::string script = "+0 write(4, ..., 2000) = 2000\n +0 > P. 1:2001(2000) ack 1\n";
  EXPECT_EQ(run_established(script).kind, Verdict::Kind::passed);
  EXPECT_EQ(run("--strict_segments\n" + kEstablished + script).kind, Verdict::Kind::failed);
}

TEST(Switches, CompareTimestampsWhenATickIsGiven) {
  const std::string script = R"(
    0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
   +0 bind(3, ..., ...) = 0
   +0 listen(3, 1) = 0
   +0 < S 0:0(0) win 32792 <mss 1000,nop,nop,TS val 10 ecr 0>
   +0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,TS val 500 ecr 10>
  +.1 < . 1:1(0) ack 1 win 257 <nop,nop,TS val 110 ecr 500>
   +0 accept(3, ..., ...) = 4
   +0 write(4, ..., 10) = 10
   +0 > P. 1:11(10) ack 1 <nop,nop,TS val 700 ecr 110>
)";
  EXPECT_EQ(run(script).kind, Verdict::Kind::passed);
  EXPECT_EQ(run("--tcp_ts_tick_usecs=1000\n" + script).kind, Verdict::Kind::failed);
}

// The sequence number and the acknowledgment of each packet of a run, as they were on the wire.
std::vector<std::pair<std::uint32_t, std::uint32_t>> numbers_of_run(const Switches& switches) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> numbers;
  RunOptions options{.switches = switches, .definitions = {}, .narrate = false, .sink = {}};
  options.sink = [&](Time /*at*/, Bytes packet, bool /*inbound*/) {
    const std::uint8_t* const tcp = packet.data() + wire::kIpv4HeaderSize;
    numbers.emplace_back(load_be32(tcp + 4), load_be32(tcp + 8));
  };
  const Verdict verdict =
      run_established("+0 write(4, ..., 100) = 100\n +0 > P. 1:101(100) ack 1\n", options);
  EXPECT_EQ(verdict.kind, Verdict::Kind::passed) << to_text(verdict, true);
  return numbers;
}

TEST(Switches, SetTheInitialSequenceNumbersOfBothSides) {
  constexpr std::uint32_t kLast = 0xffffffff;
  EXPECT_THAT(numbers_of_run({.peer_isn = 0x7fffffff, .our_isn = kLast}),
              testing::ElementsAre(testing::Pair(0x7fffffff, 0), testing::Pair(kLast, 0x80000000),
                                   testing::Pair(0x80000000, 0), testing::Pair(0, 0x80000000)));
}

struct Word {
  const char* name;
  const char* script;
  const char* word;
};

void PrintTo(const Word& word, std::ostream* out) { *out << word.name; }

class UnknownWords : public testing::TestWithParam<Word> {};

TEST_P(UnknownWords, AreUnsupportedAndNeverPass) {
  const Verdict verdict = run(GetParam().script);
  EXPECT_EQ(verdict.kind, Verdict::Kind::unsupported) << verdict.why;
  EXPECT_THAT(verdict.why, HasSubstr(GetParam().word));
}

INSTANTIATE_TEST_SUITE_P(
    All, UnknownWords,
    testing::Values(
        Word{"call", "0 fork() = 0", "fork()"},
        Word{"socket_type", "0 socket(..., SOCK_RAW, IPPROTO_TCP) = 3", "SOCK"},
        Word{"name", "0 socket(..., SOCK_SEQPACKET, IPPROTO_TCP) = 3", "SOCK_SEQPACKET"},
        Word{"option",
             "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
             "+0 setsockopt(3, SOL_TCP, TCP_MD5SIG, [1], 4) = 0",
             "TCP_MD5SIG"},
        Word{"script_option", "--bogus=1\n0 < S 0:0(0) win 1", "--bogus"},
        Word{"ipv6", "--ip_version=ipv6\n0 < S 0:0(0) win 1", "ip_version=ipv6"},
        Word{"knob", "`sysctl -q net.ipv4.tcp_bogus=1`\n0 < S 0:0(0) win 1", "tcp_bogus=1"},
        Word{"command", "`reboot`\n0 < S 0:0(0) win 1", "reboot"},
        Word{"command_between", "0 < R 0:0(0) win 1\n+0 `reboot`", "reboot"},
        Word{"accurate_ecn", "0 < SEWA 0:0(0) win 1", "AE"},
        Word{"field", "0 %{ assert tcpi_bogus == 1 }%", "tcpi_bogus"},
        Word{"python", "0 %{ import os }%", "import"}),
    testing::PrintToStringParamName());

}  // namespace
}  // namespace tcpstack::drill
