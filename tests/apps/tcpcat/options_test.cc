// The command line of tcpcat, and its messages for mistakes.
#include "apps/tcpcat/options.h"

#include <gtest/gtest.h>

namespace tcpstack::cat {
namespace {

std::string mistake(const std::vector<std::string>& arguments) {
  const auto options = parse_options(arguments);
  return options || options.error().exit_code != 2 ? "none" : options.error().text;
}

TEST(CatOptions, AnAddressAndAPort) {
  const auto options = parse_options({"-v", "-w", "2s", "10.0.0.1", "24000"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->remote, (Endpoint{Address{0x0a000001}, 24000}));
  EXPECT_EQ(options->patience, std::chrono::seconds(2));
  EXPECT_TRUE(options->verbose);
  EXPECT_FALSE(options->listen);
}

TEST(CatOptions, APortToListenOn) {
  const auto options = parse_options({"--listen", "--hex", "5050"});
  ASSERT_TRUE(options);
  EXPECT_TRUE(options->listen);
  EXPECT_TRUE(options->hex);
  EXPECT_EQ(options->port, 5050);
}

TEST(CatOptions, Datagrams) {
  const auto options = parse_options({"-u", "-p", "24001", "--silence", "2s", "10.0.0.1", "24000"});
  ASSERT_TRUE(options);
  EXPECT_TRUE(options->udp);
  EXPECT_EQ(options->port, 24001);
  EXPECT_EQ(options->remote.port, 24000);
  EXPECT_EQ(options->silence, std::chrono::seconds(2));
}

TEST(CatOptions, TheKnobsOfTheStack) {
  const auto options = parse_options({"--like", "windows", "--fault", "drop syn out", "--seed", "7",
                                      "--mtu", "576", "10.0.0.1", "7"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->stack.tcp.option_layout, wire::OptionLayout::as_windows);
  EXPECT_EQ(options->faults.size(), 1U);
  EXPECT_EQ(options->seed, 7U);
  EXPECT_EQ(options->stack.ip.mtu, 576);
}

TEST(CatOptions, MistakesAreNamed) {
  EXPECT_EQ(
      mistake({"-l", "-p", "9", "7"}),
      "tcpcat: --port: with --listen give the port as PORT, not by --port (see tcpcat --help)\n");
  EXPECT_EQ(
      mistake({"-w", "2", "10.0.0.1", "7"}),
      "tcpcat: --wait: '2' is not a time from 1ms to 3600s, such as 250ms or 1.5s (see tcpcat "
      "--help)\n");
  EXPECT_EQ(mistake({"10.0.0.1"}),
            "tcpcat: WHOM: an ADDRESS and a PORT: tcpcat 10.0.0.1 24000 (see tcpcat --help)\n");
  EXPECT_EQ(mistake({"-l", "10.0.0.1", "7"}),
            "tcpcat: WHOM: with --listen give only a PORT (see tcpcat --help)\n");
  EXPECT_EQ(mistake({"-l", "-z", "7"}),
            "tcpcat: --zero: does not go with --listen (see tcpcat --help)\n");
  EXPECT_EQ(mistake({"10.0.0.1", "0"}),
            "tcpcat: PORT: '0' is not a whole number from 1 to 65535 (see tcpcat --help)\n");
  EXPECT_EQ(mistake({"localhost", "7"}),
            "tcpcat: ADDRESS: 'localhost' is not an IPv4 address, such as 10.0.0.2 (see tcpcat "
            "--help)\n");
}

TEST(CatOptions, HelpTeaches) {
  const auto answer = parse_options({"--help"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().exit_code, 0);
  EXPECT_NE(answer.error().text.find("sudo tcpcat -z 10.0.0.1 22"), std::string::npos);
}

}  // namespace
}  // namespace tcpstack::cat
