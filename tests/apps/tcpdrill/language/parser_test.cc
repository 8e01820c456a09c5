// The grammar: the tree of a script, and the message for a text outside the language.
#include "apps/tcpdrill/language/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/tcpdrill/language/problem.h"
#include "apps/tcpdrill/packets/packet_text.h"
#include "tests/apps/tcpdrill/scripts.h"

namespace tcpstack::drill {
namespace {

using testing::HasSubstr;
using std::chrono_literals::operator""ms;

Event only_event(const std::string& text, const Definitions& definitions = {}) {
  const Script script = parse_script("t", text, definitions);
  EXPECT_EQ(script.events.size(), 1U);
  return script.events.front();
}

Packet packet(const std::string& text) { return std::get<Packet>(only_event("0 " + text).what); }
Call call(const std::string& text) { return std::get<Call>(only_event("0 " + text).what); }

TEST(PacketsOfScripts, AreShownAsTheyAreWritten) {
  for (const char* const text :
       {"< S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>", "> S. 0:0(0) ack 1 <...>",
        "> . 1:1(0) ack 10001 <nop,nop,sack 20001:30001 40001:50001>", "< - 1:1001(1000) win 20000",
        "> P. 1:1001(1000) ack 1 win 257 <nop,nop,TS val 200 ecr 700>", "> R 1:1(0)",
        "< P.U 1:11(10) ack 1 win 9 urg 5", "> [ect0] SEW 0:0(0) win 65535",
        "< [ttl 3] R 0:0(0) win 0", "< S 0:10(10) win 9 <FO 0011aabb,nop,nop>",
        "< S 0:0(0) win 9 <FOEXP 0011,eol>", "> udp (77)", "> icmp echo_request id 4",
        "> icmp unreachable packet_filtered", "< icmp time_exceeded ttl_exceeded",
        "< icmp type_200 code_77"}) {
    EXPECT_EQ(to_text(packet(text)), text);
  }
}

TEST(PacketsOfScripts, AcknowledgeZeroWhenTheyNameNoNumber) {
  EXPECT_EQ(to_text(packet("< . 1:1(0) win 9")), "< . 1:1(0) ack 0 win 9");
}

TEST(PacketsOfScripts, HavePortsWhenTheyNameThem) {
  const Packet with_ports = packet("< [5001 > 8080] S 0:0(0) win 1");
  const auto ports = std::get<TcpSpec>(with_ports.content).ports;
  ASSERT_TRUE(ports);
  EXPECT_EQ(ports->first, 5001);
  EXPECT_EQ(ports->second, 8080);
}

TEST(PacketsOfScripts, TakeCookiesFromDefinitions) {
  const Event event = only_event("0 < S 0:0(0) win 1 <FO KEY>", {{"KEY", "0a0b"}});
  const auto& tcp = std::get<TcpSpec>(std::get<Packet>(event.what).content);
  EXPECT_EQ(to_text(tcp.options), "FO 0a0b");
}

TEST(PacketsOfScripts, QuoteSegmentsInIcmp) {
  const Packet icmp = packet("< icmp unreachable frag_needed mtu 840 [0:1000(1000)]");
  EXPECT_EQ(to_text(icmp), "< icmp unreachable frag_needed mtu 840 [0:1000(1000)]");
}

TEST(TimesOfScripts, AreExactRelativeRangedOrAny) {
  const Script script = parse_script("t",
                                     "0 > R 0:0(0)\n+.25 > R 0:0(0)\n* > R 0:0(0)\n"
                                     "1~1.5 > R 0:0(0)\n+0~+.04 > R 0:0(0)");
  EXPECT_EQ(script.events[0].when.kind, When::Kind::absolute);
  EXPECT_EQ(script.events[1].when.kind, When::Kind::relative);
  EXPECT_EQ(script.events[1].when.at, 250ms);
  EXPECT_EQ(script.events[2].when.kind, When::Kind::any);
  EXPECT_EQ(script.events[3].when.until, Duration(1500ms));
  EXPECT_EQ(script.events[4].when.until, Duration(40ms));
}

TEST(TimesOfScripts, JoinPacketsAndCallsInABatch) {
  const Script script = parse_script("t", "0 < R 0:0(0) win 0\n& < R 0:0(0) win 0\n& f() = 0");
  EXPECT_EQ(script.events[1].when.kind, When::Kind::together);
  EXPECT_EQ(script.events[2].when.kind, When::Kind::together);
}

TEST(CallsOfScripts, HaveArgumentsOfAllKinds) {
  const Call sendmsg = call(
      "sendmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 10}, {..., 20}], msg_flags=0}, "
      "MSG_DONTWAIT|MSG_NOSIGNAL) = -1 EAGAIN (Resource temporarily unavailable)");
  ASSERT_EQ(sendmsg.arguments.size(), 3U);
  EXPECT_EQ(sendmsg.arguments[1].fields[1], "msg_iov");
  EXPECT_EQ(sendmsg.arguments[1].items[1].items.size(), 2U);
  EXPECT_EQ(sendmsg.arguments[2].kind, Expr::Kind::alternatives);
  EXPECT_EQ(sendmsg.result.number, -1);
  EXPECT_EQ(sendmsg.error, "EAGAIN");
  EXPECT_EQ(call("setsockopt(3, SOL_TCP, X, \"\\xa1\", 1) = 0").arguments[3].text, "\\xa1");
  EXPECT_EQ(call("f([0xdeaddead]) = 0").arguments[0].items[0].number, 0xdeaddead);
}

TEST(CallsOfScripts, MayBlock) {
  const Script script =
      parse_script("t", "0...0.010 accept(3, ..., ...) = 4\n+.01...0.020 f() = 0");
  EXPECT_EQ(std::get<Call>(script.events[0].what).until, Duration(10ms));
  EXPECT_EQ(std::get<Call>(script.events[1].what).until, Duration(20ms));
}

TEST(Scripts, HaveOptionsCommandsCodeAndComments) {
  const Script script = parse_script("t",
                                     "// a comment\n--mss=1000\n--strict_segments // another\n"
                                     "/* and\n one */ `./defaults.sh\nsysctl -q a=b`\n"
                                     "0 `nstat`\n+0 %{ assert 1,\n 'x' }%\n`clean up`\n");
  ASSERT_EQ(script.options.size(), 2U);
  EXPECT_EQ(script.options[0].value, "1000");
  EXPECT_EQ(script.options[1].name, "strict_segments");
  EXPECT_TRUE(script.preamble);
  EXPECT_EQ(script.events.size(), 2U);
  EXPECT_TRUE(script.clean_up);
}

struct Mistake {
  const char* name;
  const char* script;
  std::size_t line;
  std::size_t column;
  const char* expected;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class Mistakes : public testing::TestWithParam<Mistake> {};

TEST_P(Mistakes, AreShownWithPlaceAndWhatWasExpected) {
  const Verdict verdict = run(GetParam().script);
  EXPECT_EQ(verdict.kind, Verdict::Kind::malformed);
  EXPECT_EQ(verdict.line, GetParam().line);
  EXPECT_EQ(verdict.column, GetParam().column);
  EXPECT_THAT(verdict.why, HasSubstr(GetParam().expected));
}

INSTANTIATE_TEST_SUITE_P(
    All, Mistakes,
    testing::Values(
        Mistake{"empty", "", 1, 1, "an event"},
        Mistake{"late_start", "1 < R 0:0(0) win 0", 1, 1, "time 0"},
        Mistake{"no_time", "< R 0:0(0) win 0", 1, 1, "a time in seconds"},
        Mistake{"time", "x", 1, 1, "a time in seconds"}, Mistake{"event", "0 =", 1, 3, "an event"},
        Mistake{"flags", "0 < X 0:0(0) win 0", 1, 5, "control bits"},
        Mistake{"sum", "0 < R 0:1(0) win 0", 1, 9, "0, the first number plus the length"},
        Mistake{"no_win", "0 < R 0:0(0)", 1, 13, "win N"},
        Mistake{"datagram", "0 < udp (65508)", 1, 10, "up to 65507"},
        Mistake{"buffer",
                "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 read(3, ..., 67108865) = 0", 2, 17,
                "a buffer of at most 67108864 bytes"},
        Mistake{"buffers",
                "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
                "+0 writev(3, [{..., 67108865}], 1) = 0",
                2, 21, "a buffer of at most 67108864 bytes"},
        Mistake{"epoll_events",
                "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
                "+0 epoll_create(1) = 5\n"
                "+0 epoll_ctl(5, EPOLL_CTL_ADD, 3, {events=EPOLLOUT, fd=3}) = 0\n"
                "+0 epoll_wait(5, {ptr=0}, 1, 0) = 1",
                4, 18, "a field events"},
        Mistake{"any_options_in", "0 < S 0:0(0) win 0 <...>", 1, 21,
                "'...' is for outbound packets"},
        Mistake{"unit", "0 f() = 0\n+100ms f() = 0", 2, 5, "a blank after the time"},
        Mistake{"window", "0 < R 0:0(0) win 65536", 1, 18, "up to 65535"},
        Mistake{"option", "0 < S 0:0(0) win 0 <mss>", 1, 24, "a whole number"},
        Mistake{"unknown_option", "0 < S 0:0(0) win 0 <foo>", 1, 21, "an option: mss"},
        Mistake{"cookie", "0 < S 0:0(0) win 0 <FO abc>", 1, 24, "a cookie in hexadecimal"},
        Mistake{"open_list", "0 < S 0:0(0) win 0 <nop", 1, 24, "',' or '>'"},
        Mistake{"inbound_any", "0 < R 0:0(0) win 0\n* < R 0:0(0) win 0", 2, 1, "one exact time"},
        Mistake{"call_range", "0 f() = 0\n+1~+2 f() = 0", 2, 1, "one exact time"},
        Mistake{"batch_of_nothing", "& < R 0:0(0) win 0", 1, 1, "a time: '&' joins"},
        Mistake{"batch_outbound", "0 < R 0:0(0) win 0\n& > R 0:0(0)", 2, 1, "a time: '&' joins"},
        Mistake{"batch_after_outbound", "0 > R 0:0(0)\n& < R 0:0(0) win 0", 2, 1, "'&' joins"},
        Mistake{"batch_blocks", "0 f() = 0\n&...1 f() = 0", 2, 1, "'&' joins"},
        Mistake{"range_order", "0 f() = 0\n2~1 > R 0:0(0)", 2, 3, "not before"},
        Mistake{"call", "0 f(1 = 0", 1, 7, "',' or ')'"}, Mistake{"result", "0 f()", 1, 6, "'='"},
        Mistake{"expression", "0 f(,) = 0", 1, 5, "an expression"},
        Mistake{"comment", "/* for ever", 1, 1, "*/"}, Mistake{"command", "`for ever", 1, 1, "`"},
        Mistake{"two_commands", "0 f() = 0\n`a` `b`", 2, 5, "the end"},
        Mistake{"icmp", "0 < icmp bogus", 1, 10, "an ICMP type"},
        Mistake{"icmp_code", "0 < icmp unreachable bogus", 1, 22,
                "an ICMP code of unreachable: net_un"},
        Mistake{"icmp_other_code", "0 < icmp echo_reply port_unreachable", 1, 21,
                "an ICMP code of echo_reply: code_N"},
        Mistake{"icmp_number", "0 < icmp type_256", 1, 10, "an ICMP type"},
        Mistake{"code", "0 %{ assert }%", 1, 13, "a number, a name"},
        Mistake{"statement", "0 %{ 1 }%", 1, 6, "a statement"},
        Mistake{"option_value", "--psh=often\n0 < R 0:0(0) win 0", 1, 1, "--psh=exact"},
        Mistake{"no_argument", "0 socket(...) = 3", 1, 17, "at least 2 arguments"}),
    testing::PrintToStringParamName());

TEST(UnsupportedWords, HaveAPlace) {
  EXPECT_EQ(to_text(run("0 f() = 0\n+0 < SA 0:0(0) win 0"), false),
            "UNSUPPORTED test.pkt:2: A is AE, of accurate ECN; an ACK is '.'\n");
  EXPECT_EQ(run("\n--tolerance=1\n0 f() = 0").line, 2U);
  EXPECT_EQ(run("\n\n`sysctl net.ipv4.tcp_ecn=7`\n0 f() = 0").line, 3U);
  EXPECT_EQ(run("0 socket(...,\n SOCK_STREAMS, IPPROTO_TCP) = 3").line, 2U);
}

TEST(Mistakes, HaveACaret) {
  EXPECT_EQ(to_text(run("0 < R 0:0(0)"), false),
            "test.pkt:1:13: expected win N, which an inbound packet needs\n"
            "  0 < R 0:0(0)\n"
            "              ^\n");
}

}  // namespace
}  // namespace tcpstack::drill
