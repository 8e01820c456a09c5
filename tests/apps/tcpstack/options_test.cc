// The command line: accepted options, and the messages for refused ones.
#include "apps/tcpstack/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tcpstack::app {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using Arguments = std::vector<std::string>;

Options accepted(const Arguments& arguments) {
  auto options = parse_options(arguments);
  EXPECT_TRUE(options) << options.error().text;
  return options.value_or(Options{});
}

TEST(Options, HaveDefaults) {
  const Options options = accepted({"tun0"});
  EXPECT_EQ(options.device, "tun0");
  EXPECT_EQ(options.stack.ip.address, Address(0x0a000002));
  EXPECT_EQ(options.host_address, Address(0x0a000001));
  EXPECT_EQ(options.prefix, 24U);
  EXPECT_EQ(options.stack.ip.mtu, 1500);
  EXPECT_TRUE(options.configure);
  EXPECT_EQ(options.log_level, LogLevel::info);
  EXPECT_EQ(options.log_format, LogFormat::text);
  EXPECT_FALSE(options.seed);
  EXPECT_THAT(options.capture, IsEmpty());
}

TEST(Options, StartAllServicesUnlessSomeAreNamed) {
  EXPECT_THAT(accepted({"tun0"}).services,
              ElementsAre(ServiceRequest{"echo", 7}, ServiceRequest{"discard", 9},
                          ServiceRequest{"daytime", 13}, ServiceRequest{"chargen", 19},
                          ServiceRequest{"http", 80}, ServiceRequest{"https", 443},
                          ServiceRequest{"chat", 5050}, ServiceRequest{"lab-close", 6000},
                          ServiceRequest{"print", 24000}));
  EXPECT_THAT(accepted({"--service", "echo", "--service", "echo:7007", "tun0"}).services,
              ElementsAre(ServiceRequest{"echo", 7}, ServiceRequest{"echo", 7007}));
  EXPECT_THAT(accepted({"--service", "none", "tun0"}).services, IsEmpty());
}

TEST(Options, NameAFolderAndACertificateForHttp) {
  const Options options = accepted({"--http-folder", "/tmp", "--certificate", "a/b.pem", "tun0"});
  EXPECT_EQ(options.service.http.folder, "/tmp");
  EXPECT_EQ(options.service.http.certificate, "a/b.pem");
  EXPECT_THAT(parse_options({"--http-folder", "/none", "tun0"}).error().text,
              HasSubstr("'/none' is not a folder"));
}

TEST(Options, SetWhatTheyName) {
  const Options options =
      accepted({"--address", "192.168.7.2", "--host-address=192.168.7.1/30", "--mtu", "9000",
                "--capture", "a.pcapng", "--log-level", "debug", "--log-format", "json", "--seed",
                "0x10", "--no-configure", "tap7"});
  EXPECT_EQ(options.device, "tap7");
  EXPECT_EQ(options.stack.ip.address, Address(0xc0a80702));
  EXPECT_EQ(options.host_address, Address(0xc0a80701));
  EXPECT_EQ(options.prefix, 30U);
  EXPECT_EQ(options.stack.ip.mtu, 9000);
  EXPECT_EQ(options.capture, "a.pcapng");
  EXPECT_EQ(options.log_level, LogLevel::debug);
  EXPECT_EQ(options.log_format, LogFormat::json);
  EXPECT_EQ(options.seed, 16U);
  EXPECT_FALSE(options.configure);
}

// A datagram to chargen may name any sender: the answer is ten times as large.
TEST(Options, ChargenOverUdpMustBeAskedFor) {
  EXPECT_FALSE(accepted({"tun0"}).service.chargen_datagrams);
  EXPECT_TRUE(accepted({"tun0", "--service", "chargen"}).service.chargen_datagrams);
}

TEST(Options, SetWhatMakesItFast) {
  const Options slow = accepted({"tun0"});
  EXPECT_FALSE(slow.stack.ip.offload);
  EXPECT_FALSE(slow.service.source_fast);
  EXPECT_EQ(slow.busy_poll.count(), 0);
  EXPECT_EQ(slow.queues, 1U);
  EXPECT_TRUE(slow.bulk_thread);
  EXPECT_FALSE(accepted({"tun0", "--no-bulk-thread"}).bulk_thread);
  EXPECT_TRUE(slow.io_uring);
  EXPECT_FALSE(accepted({"tun0", "--no-io-uring"}).io_uring);
  const Options fast =
      accepted({"tun0", "--offload", "--busy-poll", "50", "--source-fast", "--queues", "8"});
  EXPECT_TRUE(fast.stack.ip.offload);
  EXPECT_TRUE(fast.service.source_fast);
  EXPECT_EQ(fast.busy_poll.count(), 50);
  EXPECT_EQ(fast.queues, 8U);
}

TEST(Options, TakeTimesWithTheirUnit) {
  const TcpConfig tcp =
      accepted({"--msl", "250ms", "--rto-initial", "1.5s", "--rto-min=300000us", "--delayed-ack",
                "0ms", "--no-timestamps", "--no-window-scale", "tun0"})
          .stack.tcp;
  EXPECT_EQ(tcp.msl, 250ms);
  EXPECT_EQ(tcp.rto_initial, 1500ms);
  EXPECT_EQ(tcp.rto_min, 300ms);
  EXPECT_EQ(tcp.delayed_ack, 0ms);
  EXPECT_FALSE(tcp.timestamps);
  EXPECT_FALSE(tcp.window_scaling);
}

TEST(Options, SetTheKnobsOfTcp) {
  const TcpConfig tcp = accepted({"--retries",
                                  "5",
                                  "--syn-retries",
                                  "2",
                                  "--no-sack",
                                  "--mss",
                                  "536",
                                  "--window",
                                  "4096",
                                  "--nagle",
                                  "off",
                                  "--congestion",
                                  "reno",
                                  "--ecn",
                                  "offer",
                                  "--reset-when-given-up",
                                  "--no-tail-loss-probe",
                                  "--fast-open",
                                  "--pacing",
                                  "--keep-alive",
                                  "3s",
                                  "tun0"})
                            .stack.tcp;
  EXPECT_EQ(tcp.retries_r2, 5U);
  EXPECT_EQ(tcp.syn_retries, 2U);
  EXPECT_EQ(tcp.synack_retries, 2U);
  EXPECT_FALSE(tcp.sack);
  EXPECT_EQ(tcp.mss, 536);
  EXPECT_EQ(tcp.receive_buffer.initial, 2 * 4096U);
  EXPECT_EQ(tcp.receive_buffer.largest, 2 * 4096U);
  EXPECT_EQ(tcp.syn_window, 4096);
  EXPECT_FALSE(tcp.nagle);
  EXPECT_STREQ(tcp.congestion, "reno");
  EXPECT_EQ(tcp.ecn, EcnMode::offer);
  EXPECT_TRUE(tcp.reset_when_given_up);
  EXPECT_FALSE(tcp.tail_loss_probe);
  EXPECT_TRUE(tcp.fast_open);
  EXPECT_TRUE(tcp.pacing);
  EXPECT_TRUE(tcp.keepalive);
  EXPECT_EQ(tcp.keepalive_idle, 3s);
  EXPECT_EQ(tcp.keepalive_interval, 3s);
}

TEST(Options, GoOnTopOfAPersonality) {
  for (const Arguments& arguments :
       {Arguments{"--like", "windows", "--rto-min", "1s", "--no-sack", "tun0"},
        Arguments{"--no-sack", "--rto-min", "1s", "--like", "windows", "tun0"}}) {
    const TcpConfig tcp = accepted(arguments).stack.tcp;
    EXPECT_EQ(tcp.option_layout, wire::OptionLayout::as_windows);
    EXPECT_EQ(tcp.rto_min, 1s);
    EXPECT_FALSE(tcp.sack);
    EXPECT_EQ(tcp.retries_r2, 5U);
  }
}

TEST(Options, SetWhatServicesDo) {
  const ServiceOptions service =
      accepted({"--print-once", "--lab-close-after", "2s", "--lab-close-lines", "3", "tun0"})
          .service;
  EXPECT_TRUE(service.print_once);
  EXPECT_EQ(service.lab_close_after, 2s);
  EXPECT_EQ(service.lab_close_lines, 3U);
}

TEST(Options, LeaveTheSubnetToTheOwnerWhenNotConfiguring) {
  EXPECT_EQ(accepted({"--no-configure", "--address", "172.16.0.9", "tun0"}).stack.ip.address,
            Address(0xac100009));
}

TEST(Options, AllowBothAddressesOfAThirtyOneBitNetwork) {
  EXPECT_EQ(accepted({"--address", "10.0.0.0", "--host-address", "10.0.0.1/31", "tun0"}).prefix,
            31U);
}

TEST(Options, AnswerQuestions) {
  const auto help = parse_options({"--help"});
  ASSERT_FALSE(help);
  EXPECT_EQ(help.error().exit_code, 0);
  for (const char* part : {"Usage:", "Link:", "Services:", "What you see:", "TCP:", "Examples:",
                           "chargen", "the client of lab C", "drop data #2 out"}) {
    EXPECT_THAT(help.error().text, HasSubstr(part));
  }
  const auto version = parse_options({"--version"});
  ASSERT_FALSE(version);
  EXPECT_EQ(version.error().exit_code, 0);
  EXPECT_THAT(version.error().text, StartsWith("tcpstack "));
}

struct Mistake {
  const char* name;
  Arguments arguments;
  const char* message;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class OptionMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(OptionMistakes, EndWithExitCodeTwoAndSayWhatWasWrong) {
  const auto options = parse_options(GetParam().arguments);
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().exit_code, 2);
  EXPECT_THAT(options.error().text, StartsWith("tcpstack: "));
  EXPECT_THAT(options.error().text, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, OptionMistakes,
    testing::Values(
        Mistake{"no_device", {}, "DEVICE is required"},
        Mistake{"two_devices", {"tun0", "tun1"}, "not expected: tun1"},
        Mistake{"long_device", {"tun0123456789012"}, "at most 15 characters"},
        Mistake{"device_with_slash", {"/dev/tun"}, "no slash"},
        Mistake{"unknown_option", {"--speed", "9", "tun0"}, "--speed"},
        Mistake{"no_value", {"tun0", "--mtu"}, "--mtu"},
        Mistake{"twice", {"--mtu", "100", "--mtu", "200", "tun0"}, "--mtu"},
        Mistake{"address_text", {"--address", "here", "tun0"}, "'here' is not an IPv4 address"},
        Mistake{
            "address_short", {"--address", "10.0.2", "tun0"}, "'10.0.2' is not an IPv4 address"},
        Mistake{"address_loopback",
                {"--address", "127.0.0.1", "tun0"},
                "not an address that a host can have"},
        Mistake{"address_multicast",
                {"--address", "224.0.0.1", "tun0"},
                "not an address that a host can have"},
        Mistake{"address_equal", {"--address", "10.0.0.1", "tun0"}, "choose another"},
        Mistake{"address_elsewhere", {"--address", "10.0.1.2", "tun0"}, "not in the network"},
        Mistake{"address_broadcast", {"--address", "10.0.0.255", "tun0"}, "broadcast address"},
        Mistake{"address_network", {"--address", "10.0.0.0", "tun0"}, "broadcast address"},
        Mistake{"host_without_prefix", {"--host-address", "10.0.0.1", "tun0"}, "prefix"},
        Mistake{"host_prefix", {"--host-address", "10.0.0.1/33", "tun0"}, "from 1 to 31"},
        Mistake{"host_address", {"--host-address", "10.0.0/24", "tun0"}, "such as 10.0.0.2/24"},
        Mistake{"mtu_small", {"--mtu", "67", "tun0"}, "from 68 to 65535"},
        Mistake{"mtu_large", {"--mtu", "65536", "tun0"}, "from 68 to 65535"},
        Mistake{"mtu_text", {"--mtu", "1e3", "tun0"}, "from 68 to 65535"},
        Mistake{"mtu_negative", {"--mtu=-1", "tun0"}, "from 68 to 65535"},
        Mistake{
            "service_unknown", {"--service", "finger", "tun0"}, "'finger' is not a service: echo"},
        Mistake{"service_port", {"--service", "echo:65536", "tun0"}, "from 1 to 65535"},
        Mistake{"service_port_zero", {"--service", "echo:0", "tun0"}, "from 1 to 65535"},
        Mistake{"service_port_empty", {"--service", "echo:", "tun0"}, "from 1 to 65535"},
        Mistake{"port_twice", {"--service", "echo:9", "--service", "discard", "tun0"}, "port 9"},
        Mistake{"none_and_some",
                {"--service", "none", "--service", "echo", "tun0"},
                "give 'none' alone"},
        Mistake{"like", {"--like", "beos", "tun0"}, "'beos' is not one of linux, windows, macos"},
        Mistake{"congestion",
                {"--congestion", "vegas", "tun0"},
                "'vegas' is not a congestion control: cubic, reno or tahoe"},
        Mistake{"nagle", {"--nagle", "yes", "tun0"}, "'yes' is not one of off, on"},
        Mistake{"ecn", {"--ecn", "2", "tun0"}, "is not one of off, offer, accept"},
        Mistake{"mss", {"--mss", "63", "tun0"}, "from 64 to 65495"},
        Mistake{"window", {"--window", "0", "tun0"}, "from 1 to 1073741824"},
        Mistake{"level", {"--log-level", "loud", "tun0"}, "is not one of trace, debug"},
        Mistake{"format", {"--log-format", "xml", "tun0"}, "is not one of text, json"},
        Mistake{"seed", {"--seed", "-1", "tun0"}, "'-1' is not a whole number"},
        Mistake{"seed_too_large", {"--seed", "18446744073709551616", "tun0"}, "not a whole number"},
        Mistake{"capture_empty", {"--capture", "", "tun0"}, "--capture"},
        Mistake{"time_without_unit", {"--msl", "5", "tun0"}, "such as 250ms or 1.5s"},
        Mistake{"time_out_of_range", {"--rto-min", "2min", "tun0"}, "from 1ms to 60s"},
        Mistake{"time_unit", {"--msl", "5h", "tun0"}, "such as 250ms or 1.5s"}),
    [](const auto& mistake) { return mistake.param.name; });

TEST(Options, TakeFaults) {
  const Options options = accepted({"--fault", "drop data #2 out", "--fault", "loss 3%", "tun0"});
  ASSERT_EQ(options.faults.size(), 2U);
  EXPECT_EQ(options.faults[0].text, "drop data #2 out");
  EXPECT_EQ(options.faults[1].text, "loss 3%");
}

TEST(Options, PointAtTheMistakeInAFault) {
  const auto options = parse_options({"--fault", "delay ack 300", "tun0"});
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().exit_code, 2);
  EXPECT_THAT(options.error().text,
              HasSubstr("is not a fault:\n"
                        "  delay ack 300\n"
                        "            ^ expected a time up to 600s, such as 300ms"));
}

}  // namespace
}  // namespace tcpstack::app
